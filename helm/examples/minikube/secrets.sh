#!/bin/sh
# Prints the Secrets of a trial, with fresh random passwords: ./secrets.sh | kubectl apply -n chargemesh -f -
# Once only: the servers keep the passwords that they began with.
set -eu

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
admin=$(random)
services=$(random)
at=postgresql:5432/chargemesh

cat <<END
apiVersion: v1
kind: Secret
metadata: { name: chargemesh-servers }
stringData:
  POSTGRES_PASSWORD: $admin
---
apiVersion: v1
kind: Secret
metadata: { name: chargemesh-keys }
stringData:
  SECRET_KEY: $(random)
  INSTALLATION_API_KEY: $(random)
---
apiVersion: v1
kind: Secret
metadata: { name: chargemesh-database-admin }
stringData:
  ADMIN_DATABASE_URL: postgres://postgres:$admin@$at
---
apiVersion: v1
kind: Secret
metadata: { name: chargemesh-database }
stringData:
  OCPP_GATEWAY_DATABASE_URL: postgres://chargemesh_ocpp_gateway:$services@$at
  DEVICE_MANAGEMENT_DATABASE_URL: postgres://chargemesh_device_management:$services@$at
  SESSIONS_DATABASE_URL: postgres://chargemesh_sessions:$services@$at
  TARIFFS_DATABASE_URL: postgres://chargemesh_tariffs:$services@$at
  PAYMENTS_DATABASE_URL: postgres://chargemesh_payments:$services@$at
  OCPI_GATEWAY_DATABASE_URL: postgres://chargemesh_ocpi_gateway:$services@$at
END
