{{- /* What the server and the migration have in common. */ -}}

{{- define "payments.selector" -}}
app.kubernetes.io/name: payments
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "payments.server" -}}
{{ include "payments.selector" . }}
app.kubernetes.io/component: server
{{- end }}

{{- define "payments.migration" -}}
{{ include "payments.selector" . }}
app.kubernetes.io/component: migration
{{- end }}

{{- define "payments.settings" -}}
{{ .Values.settings | default (.Files.Get "shop.toml") }}
{{- end }}

{{- define "payments.pod" -}}
serviceAccountName: {{ .Release.Name }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
volumes:
  - name: settings
    configMap:
      name: {{ .Release.Name }}-settings
  # key-ring, lasting-key, and the providers' secrets named in shop.toml.
  - name: secrets
    secret:
      secretName: {{ .Values.secrets.service }}
      defaultMode: 0440
{{- end }}

{{- define "payments.container" -}}
image: {{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
volumeMounts:
  - name: settings
    mountPath: /etc/payments/shop
    readOnly: true
  - name: secrets
    mountPath: /run/secrets/payments
    readOnly: true
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{- define "payments.environment" -}}
- name: PAYMENTS__MANAGE__TOKENS__BACK_OFFICE__SCOPES
  value: catalog,purchases
- name: PAYMENTS__MANAGE__TOKENS__BACK_OFFICE__SHA256
  valueFrom:
    secretKeyRef:
      name: {{ .Values.secrets.service }}
      key: back-office-token-sha256
- name: PAYMENTS__SECURITY__KEY_RING
  value: file:/run/secrets/payments/key-ring
- name: PAYMENTS__SECURITY__LASTING_KEY
  value: file:/run/secrets/payments/lasting-key
{{- end }}
