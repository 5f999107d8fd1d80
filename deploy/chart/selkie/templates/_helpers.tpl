{{- /* What several templates say alike. */ -}}

{{- /* The name of everything, short enough for what is put behind it. */ -}}
{{- define "selkie.name" -}}
{{- .Values.fullnameOverride | default (printf "%s-controller" .Release.Name) | trunc 54 | trimSuffix "-" -}}
{{- end }}

{{- define "selkie.account" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "selkie.name" .) -}}
{{- else -}}
{{- required "serviceAccount.name says which account is used where none is made" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- /* What never changes of an installation. */ -}}
{{- define "selkie.selector" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default "selkie-controller" | quote }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "selkie.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{ include "selkie.selector" . }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* A security context, unless it is switched off; what switches it is no field of it. */ -}}
{{- define "selkie.context" -}}
{{- $fields := omit . "enabled" -}}
{{- if and $fields (dig "enabled" true .) -}}
{{- toYaml $fields -}}
{{- end -}}
{{- end }}

{{- /* The namespaces that are served, separated by commas; nothing for all. */ -}}
{{- define "selkie.namespaces" -}}
{{- $all := .Values.scopedNamespaces -}}
{{- with .Values.scopedNamespace }}{{ $all = append $all . }}{{ end -}}
{{- $all | uniq | sortAlpha | join "," -}}
{{- end }}

{{- /* Whether rights reach no further than those namespaces: the text true, or nothing. */ -}}
{{- define "selkie.narrow" -}}
{{- if .Values.scopedRBAC -}}
{{- if not (include "selkie.namespaces" .) -}}
{{- fail "scopedRBAC needs scopedNamespace or scopedNamespaces: rights in no namespace serve nothing" -}}
{{- end -}}
true
{{- end -}}
{{- end }}

{{- /* The end of a RoleBinding or ClusterRoleBinding, under the name of its role. */ -}}
{{- define "selkie.subjects" -}}
subjects:
  - kind: ServiceAccount
    name: {{ include "selkie.account" . }}
    namespace: {{ .Release.Namespace }}
{{- end }}
