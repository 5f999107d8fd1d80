{{- /* The flags of the program. What it does by itself makes no flag. */ -}}
{{- define "selkie.flags" -}}
{{- if .Values.leaderElect }}
- --enable-leader-election
{{- with .Values.leaderElectionID }}
- {{ printf "--leader-election-id=%s" . | quote }}
{{- end }}
{{- end }}
{{- with .Values.controllerClass }}
- {{ printf "--controller-class=%s" . | quote }}
{{- end }}
{{- with include "selkie.namespaces" . }}
- --namespace={{ . }}
{{- end }}
{{- if not .Values.processSecretStore }}
- --enable-secret-store-reconciler=false
{{- end }}
{{- if or (include "selkie.narrow" .) (not .Values.processClusterStore) }}
- --enable-cluster-store-reconciler=false
{{- end }}
{{- if ne .Values.storeRequeueInterval "5m" }}
- --store-requeue-interval={{ .Values.storeRequeueInterval }}
{{- end }}
{{- if ne (int .Values.concurrent) 24 }}
- --concurrent={{ int .Values.concurrent }}
{{- end }}
{{- with .Values.denyAddresses }}
- {{ printf "--deny-address=%s" (join "," .) | quote }}
{{- end }}
{{- if .Values.extendedMetricLabels }}
- --enable-extended-metric-labels
{{- end }}
{{- if ne .Values.log.level "info" }}
- --loglevel={{ .Values.log.level }}
{{- end }}
{{- range $name, $value := .Values.extraArgs }}
{{- if kindIs "string" $value | not }}
{{- /* A number in a file of values is a float, which would be printed as one. */ -}}
{{- $value = toJson $value }}
{{- end }}
- {{ printf "--%s%s" $name (ternary "" (printf "=%s" $value) (empty $value)) | quote }}
{{- end }}
{{- end }}
