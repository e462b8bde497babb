{{/*
A job that runs before the services, once.
(dict "root" $ "component" "migrations" "values" .Values.migrations "args" (list "migrate") "weight" 0
 "settings" <dict> "secrets" <dict> "login" <dict or nothing>)
*/}}
{{- define "chargemesh.job" -}}
{{- $root := .root -}}
{{- $scope := dict "root" $root "component" .component -}}
{{- $template := include "chargemesh.jobPod" . -}}
apiVersion: batch/v1
kind: Job
metadata:
  # The pod of a job cannot be changed: without a hook that removes the old one, another pod is another job.
  name: {{ include "chargemesh.fullname" $root }}-{{ .component }}{{ if eq .values.mode "job" }}-{{ $template | sha256sum | trunc 8 }}{{ end }}
  labels:
    {{- include "chargemesh.labels" $scope | nindent 4 }}
  {{- if eq .values.mode "hook" }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: {{ .weight | quote }}
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
  {{- else if eq .values.mode "argocd" }}
  annotations:
    argocd.argoproj.io/hook: Sync
    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
    argocd.argoproj.io/sync-wave: "-1"
  {{- end }}
spec:
  # What fails for a moment is waited for inside; what fails nevertheless is tried again a few times.
  backoffLimit: 3
  activeDeadlineSeconds: {{ .values.activeDeadlineSeconds }}
  template:
    {{- $template | nindent 4 }}
{{- end -}}

{{- define "chargemesh.jobPod" -}}
{{- $root := .root -}}
metadata:
  labels:
    {{- include "chargemesh.selector" (dict "root" $root "component" .component) | nindent 4 }}
    {{- with $root.Values.commonLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  # Not the chart's own account: that may not be there yet.
  {{- include "chargemesh.podSecurity" $root | nindent 2 }}
  restartPolicy: Never
  containers:
    - name: {{ .component }}
      {{- include "chargemesh.containerSecurity" $root | nindent 6 }}
      args: {{ toJson .args }}
      env:
        {{- include "chargemesh.env" . | trim | nindent 8 }}
      resources:
        {{- toYaml .values.resources | nindent 8 }}
      {{- include "chargemesh.mounts" . | nindent 6 }}
  {{- include "chargemesh.volumes" . | nindent 2 }}
{{- end -}}
