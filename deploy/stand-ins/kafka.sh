#!/bin/bash
# As much of the official image's entrypoint as docker-compose.yml asks for: KAFKA_LOG_DIRS becomes log.dirs, and so on.
set -euo pipefail
properties=/tmp/server.properties

while IFS='=' read -r name value; do
  case $name in KAFKA_HEAP_OPTS | KAFKA_OPTS) continue ;; esac
  name=${name#KAFKA_}
  echo "$(tr 'A-Z_' 'a-z.' <<<"$name")=$value"
done < <(env | grep ^KAFKA_) >"$properties"

java -cp '/opt/kafka/libs/*' kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c "$properties"
# shellcheck disable=SC2086 -- the options are several words
exec java ${KAFKA_HEAP_OPTS:-} ${KAFKA_OPTS:-} -cp '/opt/kafka/libs/*' kafka.Kafka "$properties"
