"""What a process of the service begins and ends with: what it looks at and reaches first, how it logs and is seen, how it leaves."""
