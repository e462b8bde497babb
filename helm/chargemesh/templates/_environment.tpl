{{/*
Settings as a container's environment, in order of their names.
(dict "root" $ "settings" <dict> "secrets" <dict: setting to "secret/key">)
*/}}
{{- define "chargemesh.env" -}}
{{- $secrets := .secrets -}}
{{- $settings := .settings -}}
{{- range $name := concat (keys $settings) (keys $secrets) | uniq | sortAlpha }}
- name: {{ $name }}
{{- if hasKey $secrets $name }}
{{- $reference := splitn "/" 2 (index $secrets $name) }}
  valueFrom:
    secretKeyRef:
      name: {{ $reference._0 }}
      key: {{ $reference._1 }}
{{- else }}
{{- $value := index $settings $name }}
  value: {{ ternary $value (toJson $value) (kindIs "string" $value) | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Settings that the chart makes from other values; whoever sets them by hand would contradict it. */}}
{{- define "chargemesh.refuseMade" -}}
{{- $made := list "PORT" "MANAGEMENT_PORT" "TRANSPORT" "SHUTDOWN_TIMEOUT_MS" "DRAIN_MS" "DATABASE_TLS" "DATABASE_TLS_CA_FILE" "KAFKA_BROKERS" "KAFKA_TLS" "KAFKA_REPLICATION_FACTOR" "KAFKA_MIN_IN_SYNC_REPLICAS" "KAFKA_SASL_MECHANISM" "SMTP_FROM" -}}
{{- range $name := keys . -}}
{{- if has $name $made -}}
{{- fail (printf "%s is made from other values of this chart: do not set it among the settings" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* How PostgreSQL is reached, as settings. */}}
{{- define "chargemesh.databaseSettings" -}}
{{- if .Values.database.tls.enabled -}}
DATABASE_TLS: 'true'
{{- if .Values.database.tls.caSecret }}
DATABASE_TLS_CA_FILE: /etc/chargemesh/database-ca/{{ .Values.database.tls.caKey }}
{{- end }}
{{- else -}}
{}
{{- end -}}
{{- end -}}

{{/* How Kafka is reached, as settings: (dict "root" $ "login" <values of a login>). */}}
{{- define "chargemesh.kafkaSettings" -}}
{{- $kafka := .root.Values.kafka -}}
{{- if not $kafka.brokers -}}
{{- fail "kafka.brokers must name a broker" -}}
{{- end -}}
KAFKA_BROKERS: {{ join "," $kafka.brokers | quote }}
{{- with $kafka.replicationFactor }}
KAFKA_REPLICATION_FACTOR: {{ . | quote }}
{{- end }}
{{- with $kafka.minInSyncReplicas }}
KAFKA_MIN_IN_SYNC_REPLICAS: {{ . | quote }}
{{- end }}
{{- if $kafka.tls.enabled }}
KAFKA_TLS: 'true'
{{- if $kafka.tls.caSecret }}
KAFKA_TLS_CA_FILE: /etc/chargemesh/kafka-ca/{{ $kafka.tls.caKey }}
{{- end }}
{{- with .login }}
{{- if .certificateSecret }}
KAFKA_TLS_CERT_FILE: /etc/chargemesh/kafka-login/{{ .certificateKey }}
KAFKA_TLS_KEY_FILE: /etc/chargemesh/kafka-login/{{ .privateKeyKey }}
{{- end }}
{{- end }}
{{- end }}
{{- with .login }}
{{- if ne .mechanism "none" }}
KAFKA_SASL_MECHANISM: {{ .mechanism }}
{{- if eq .mechanism "oauthbearer" }}
KAFKA_OAUTH_TOKEN_URL: {{ required "kafka.login.tokenUrl is needed for oauthbearer" .tokenUrl | quote }}
KAFKA_OAUTH_CLIENT_ID: {{ required "kafka.login.clientId is needed for oauthbearer" .clientId | quote }}
{{- with .scope }}
KAFKA_OAUTH_SCOPE: {{ . | quote }}
{{- end }}
{{- else }}
KAFKA_SASL_USERNAME: {{ required (printf "kafka.login.username is needed for %s" .mechanism) .username | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Which Secrets hold what a login must keep to itself. */}}
{{- define "chargemesh.kafkaSecrets" -}}
{{- if eq .mechanism "none" -}}
{}
{{- else if eq .mechanism "oauthbearer" -}}
KAFKA_OAUTH_CLIENT_SECRET: {{ required "kafka.login.clientSecret is needed for oauthbearer" .clientSecret }}/{{ .clientSecretKey }}
{{- else -}}
KAFKA_SASL_PASSWORD: {{ required (printf "kafka.login.passwordSecret is needed for %s" .mechanism) .passwordSecret }}/{{ .passwordKey }}
{{- end -}}
{{- end -}}

{{/* A login that is valid: the shown mechanisms and certificates need TLS. (dict "root" $ "own" <dict>) */}}
{{- define "chargemesh.login" -}}
{{- $login := mergeOverwrite (deepCopy .root.Values.kafka.login) (deepCopy .own) -}}
{{- if not .root.Values.kafka.tls.enabled -}}
{{- if has $login.mechanism (list "plain" "oauthbearer") -}}
{{- fail (printf "kafka.login.mechanism %s shows its secret to whoever listens: set kafka.tls.enabled" $login.mechanism) -}}
{{- end -}}
{{- if $login.certificateSecret -}}
{{- fail "kafka.login.certificateSecret is a login by TLS: set kafka.tls.enabled" -}}
{{- end -}}
{{- end -}}
{{- toYaml $login -}}
{{- end -}}

{{/* Where a service's own URL is: "secret/key". (dict "root" $ "name" "sessions" "service" <values>) */}}
{{- define "chargemesh.urlSecret" -}}
{{- $secret := .service.database.existingSecret | default .root.Values.database.existingSecret -}}
{{- printf "%s/%s" $secret (.service.database.urlKey | default (include "chargemesh.urlSetting" .name)) -}}
{{- end -}}

{{/* The URLs of all services that are installed, by setting. */}}
{{- define "chargemesh.allUrls" -}}
{{- $root := . -}}
{{- range $name := keys .Values.services | sortAlpha }}
{{- $service := include "chargemesh.service" (dict "root" $root "name" $name) | fromYaml }}
{{- if $service.enabled }}
{{ include "chargemesh.urlSetting" $name }}: {{ include "chargemesh.urlSecret" (dict "root" $root "name" $name "service" $service) }}
{{- end }}
{{- end }}
{{- end -}}
