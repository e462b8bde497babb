{{/* What every pod is allowed: nothing. */}}
{{- define "chargemesh.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{/* The image, and what its processes are allowed. */}}
{{- define "chargemesh.containerSecurity" -}}
image: {{ include "chargemesh.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* Files: (dict "root" $ "login" <values of a login, or nothing>). */}}
{{- define "chargemesh.mounts" -}}
volumeMounts:
  - name: tmp
    mountPath: /tmp
{{- range include "chargemesh.files" . | fromYamlArray }}
  - name: {{ .name }}
    mountPath: /etc/chargemesh/{{ .name }}
    readOnly: true
{{- end }}
{{- end -}}

{{- define "chargemesh.volumes" -}}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: 64Mi
{{- range include "chargemesh.files" . | fromYamlArray }}
  - name: {{ .name }}
    secret:
      secretName: {{ .secret }}
      # 0440: the group is the pod's.
      defaultMode: 288
      items:
{{- range .keys }}
        - key: {{ . }}
          path: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The Secrets that are read as files: certificates, which may be renewed while a process runs. */}}
{{- define "chargemesh.files" -}}
{{- $values := .root.Values -}}
{{- $files := list -}}
{{- if and $values.database.tls.enabled $values.database.tls.caSecret -}}
{{- $files = append $files (dict "name" "database-ca" "secret" $values.database.tls.caSecret "keys" (list $values.database.tls.caKey)) -}}
{{- end -}}
{{- if and .login $values.kafka.tls.enabled -}}
{{- if $values.kafka.tls.caSecret -}}
{{- $files = append $files (dict "name" "kafka-ca" "secret" $values.kafka.tls.caSecret "keys" (list $values.kafka.tls.caKey)) -}}
{{- end -}}
{{- if .login.certificateSecret -}}
{{- $files = append $files (dict "name" "kafka-login" "secret" .login.certificateSecret "keys" (list .login.certificateKey .login.privateKeyKey)) -}}
{{- end -}}
{{- end -}}
{{- toYaml $files -}}
{{- end -}}

{{/*
Versions of the Secrets that a pod has as its environment, which a running pod does not see change. Where the chart is
rendered without the cluster there is nothing to look at: `keys.revision` is for that.
(dict "root" $ "secrets" <dict: setting to "secret/key">)
*/}}
{{- define "chargemesh.secretVersions" -}}
{{- $root := .root -}}
{{- $versions := list $root.Values.keys.revision -}}
{{- range $name := values .secrets | sortAlpha -}}
{{- $secret := lookup "v1" "Secret" $root.Release.Namespace (splitn "/" 2 $name)._0 -}}
{{- $versions = append $versions (dig "metadata" "resourceVersion" "" $secret) -}}
{{- end -}}
{{- $versions | uniq | join "/" | sha256sum -}}
{{- end -}}
