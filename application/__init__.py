"""What the service does, one act each: load, ask the domain, store. Shared by API, activities and imports; knows no HTTP and no Temporal."""
