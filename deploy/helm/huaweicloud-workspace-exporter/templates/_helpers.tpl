{{- define "huaweicloud-workspace-exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "huaweicloud-workspace-exporter.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* The name with a part behind it, within the 63 characters that Kubernetes allows: (list . "part"). */}}
{{- define "huaweicloud-workspace-exporter.partname" -}}
{{- $part := last . }}
{{- printf "%s-%s" (include "huaweicloud-workspace-exporter.fullname" (first .) | trunc (int (sub 62 (len $part))) | trimSuffix "-") $part }}
{{- end }}

{{- define "huaweicloud-workspace-exporter.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{- define "huaweicloud-workspace-exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "huaweicloud-workspace-exporter.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* Of all objects; (list . map) adds or replaces some. */}}
{{- define "huaweicloud-workspace-exporter.labels" -}}
{{- $root := first . }}
{{- $labels := include "huaweicloud-workspace-exporter.selectorLabels" $root | fromYaml }}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") }}
{{- $_ := set $labels "app.kubernetes.io/version" $root.Chart.AppVersion }}
{{- $_ := set $labels "app.kubernetes.io/managed-by" $root.Release.Service }}
{{- toYaml (mergeOverwrite $labels (last .)) }}
{{- end }}

{{- define "huaweicloud-workspace-exporter.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "huaweicloud-workspace-exporter.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "huaweicloud-workspace-exporter.image" -}}
{{- with .Values.image -}}
{{- if .registry }}{{ .registry }}/{{ end }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end }}
{{- end }}

{{/* How the exporter is spoken to. */}}
{{- define "huaweicloud-workspace-exporter.scheme" -}}
{{- if or .Values.webConfig.tls (hasKey .Values.webConfig.config "tls_server_config") }}https{{ else }}http{{ end }}
{{- end }}

{{/* What is before the path of every page: a path without a slash at its end, or nothing. */}}
{{- define "huaweicloud-workspace-exporter.routePrefix" -}}
{{- default (get (urlParse .Values.externalUrl) "path") .Values.routePrefix | trimSuffix "/" }}
{{- end }}

{{/* A probe as given, with the scheme that the exporter speaks and its route prefix. */}}
{{- define "huaweicloud-workspace-exporter.probe" -}}
{{- $root := first . }}
{{- $probe := deepCopy (last .) }}
{{- if $probe.httpGet }}
{{- $scheme := include "huaweicloud-workspace-exporter.scheme" $root | upper }}
{{- $path := printf "%s%s" (include "huaweicloud-workspace-exporter.routePrefix" $root) $probe.httpGet.path }}
{{- $_ := set $probe "httpGet" (merge (dict "path" $path) $probe.httpGet (dict "scheme" $scheme)) }}
{{- end }}
{{- toYaml $probe }}
{{- end }}

{{/* Ends the rendering where there is no configuration, or more than one, or one with secrets in it. */}}
{{- define "huaweicloud-workspace-exporter.checkedConfig" -}}
{{- $given := compact (list (ternary "config" "" (not (empty .Values.config))) (ternary "existingConfigMap" "" (not (empty .Values.existingConfigMap))) (ternary "existingConfigSecret" "" (not (empty .Values.existingConfigSecret)))) }}
{{- if empty $given }}
{{- fail "\n\nThere is no configuration. Set one of\n  config                the exporter's configuration, like ci/default-values.yaml\n  existingConfigMap     a ConfigMap with the key config.yml\n  existingConfigSecret  a Secret with the key config.yml\n" }}
{{- end }}
{{- if gt (len $given) 1 }}
{{- fail (printf "\n\nThere is more than one configuration: %s. Set one of them." (join ", " $given)) }}
{{- end }}
{{- range .Values.extraArgs }}
{{- if regexMatch "^--web\\.(external-url|route-prefix)\\b" . }}
{{- fail (printf "\n\nextraArgs has %s. Set externalUrl or routePrefix instead, so that probes and scrapes follow." .) }}
{{- end }}
{{- end }}
{{- $config := .Values.config | default dict }}
{{- if and $config (not $config.projects) }}
{{- fail "\n\nconfig has no projects. Write at least one, as in ci/default-values.yaml" }}
{{- end }}
{{- $places := dict "defaults" ($config.defaults | default dict) }}
{{- range $index, $project := $config.projects }}
{{- $_ := set $places (printf "projects[%d]" $index) $project }}
{{- end }}
{{- range $place, $options := $places }}
{{- range list "access_key" "authorization_token" "secret_key" "security_token" "password" "token" }}
{{- if hasKey ($options.auth | default dict) . }}
{{- fail (printf "\n\nconfig.%s.auth.%s is a secret, and config becomes a ConfigMap, which is none. Put it into a Secret, set existingSecret to its name, and write\n  %s_file: %s/%s\n" $place . . $.Values.secretsPath (. | replace "_" "-")) }}
{{- end }}
{{- end }}
{{- if contains "@" (dig "http" "proxy_url" "" $options) }}
{{- fail (printf "\n\nconfig.%s.http.proxy_url has a password, and config becomes a ConfigMap, which is none. Put the whole configuration into a Secret: existingConfigSecret" $place) }}
{{- end }}
{{- end }}
{{- end }}

{{/* What is the same in every endpoint of the ServiceMonitor. */}}
{{- define "huaweicloud-workspace-exporter.endpoint" -}}
{{- with .Values.serviceMonitor -}}
port: http
scheme: {{ default (include "huaweicloud-workspace-exporter.scheme" $) .scheme }}
interval: {{ .interval }}
scrapeTimeout: {{ .scrapeTimeout }}
{{- if .honorLabels }}
honorLabels: true
{{- end }}
{{- with .tlsConfig }}
tlsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .basicAuth }}
basicAuth:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{/* Seconds of a duration of Prometheus, like 1h30m. */}}
{{- define "huaweicloud-workspace-exporter.seconds" -}}
{{- $seconds := 0 }}
{{- range regexFindAll "[0-9]+[a-z]+" . -1 }}
{{- $unit := get (dict "s" 1 "m" 60 "h" 3600 "d" 86400) (regexFind "[a-z]+$" .) }}
{{- $seconds = add $seconds (mul (regexFind "^[0-9]+" . | int) (int $unit)) }}
{{- end }}
{{- $seconds }}
{{- end }}
