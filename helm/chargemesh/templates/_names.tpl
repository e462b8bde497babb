{{- define "chargemesh.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for the longest thing that is put behind it. */}}
{{- define "chargemesh.fullname" -}}
{{- $name := include "chargemesh.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "chargemesh.serviceAccountName" -}}
{{- default (ternary (include "chargemesh.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "chargemesh.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* What selects every pod of the release. */}}
{{- define "chargemesh.releaseSelector" -}}
app.kubernetes.io/name: {{ include "chargemesh.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What selects the pods of a component: (dict "root" $ "component" "sessions"). */}}
{{- define "chargemesh.selector" -}}
{{ include "chargemesh.releaseSelector" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Labels of a resource: (dict "root" $ "component" "sessions"). */}}
{{- define "chargemesh.labels" -}}
{{ include "chargemesh.selector" . }}
app.kubernetes.io/part-of: chargemesh
app.kubernetes.io/version: {{ .root.Values.image.tag | default .root.Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The values of a service: its own over those of all. (dict "root" $ "name" "sessions") */}}
{{- define "chargemesh.service" -}}
{{- $own := index .root.Values.services .name | default dict -}}
{{- mergeOverwrite (deepCopy .root.Values.serviceDefaults) (deepCopy $own) | toYaml -}}
{{- end -}}

{{- define "chargemesh.urlSetting" -}}
{{- printf "%s_DATABASE_URL" (. | upper | replace "-" "_") -}}
{{- end -}}
