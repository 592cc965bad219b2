"""Puts messages on the wire: webhooks by HTTP to the very address that was checked, mail by SMTP. Knows no database."""
