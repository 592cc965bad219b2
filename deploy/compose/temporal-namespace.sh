#!/bin/sh
# Makes the namespace when it is not there. The service registers its search attributes itself.
set -eu
if temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null 2>&1; then
    echo "The namespace $NAMESPACE is there."
    exit 0
fi
temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
