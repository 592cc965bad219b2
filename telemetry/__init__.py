"""What operators see of a running service: trace ids, spans and figures. Never a name, a reason, an amount or a secret."""
