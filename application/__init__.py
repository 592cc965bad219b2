"""What the service does, one act each: load, ask the domain, store. Shared by API and activities; knows no HTTP, no Temporal."""
