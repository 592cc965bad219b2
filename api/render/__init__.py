"""How things look in JSON: money with its currency, quantities as text, instants in UTC."""
