{{- define "amends.labels" -}}
app.kubernetes.io/name: amends
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "amends.selector" -}}
app.kubernetes.io/name: amends
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "amends.image" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}

{{- define "amends.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
automountServiceAccountToken: false
terminationGracePeriodSeconds: 20
{{- end }}

{{- define "amends.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "amends.env" -}}
- {name: AMENDS_PLACEMENT, value: cluster}
- {name: AMENDS_DATA_DIR, value: /data}
- {name: AMENDS_SNAPSHOT_STORE, value: {{ .Values.snapshotStore.address | quote }}}
- {name: AMENDS_SNAPSHOT_STORE_ENDPOINT, value: {{ .Values.snapshotStore.endpoint | quote }}}
- {name: AMENDS_SNAPSHOT_STORE_REGION, value: {{ .Values.snapshotStore.region | quote }}}
- {name: AMENDS_SNAPSHOT_STORE_SECRET_FILE, value: /secrets/store-secret}
- name: AMENDS_SNAPSHOT_STORE_KEY_ID
  valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: store-key-id}}
- name: AMENDS_DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: database-url}}
- name: AMENDS_REDIS_URL
  valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: redis-url}}
{{- end }}

{{- define "amends.webEnv" -}}
- {name: AMENDS_HOST, value: 0.0.0.0}
- {name: AMENDS_HTTPS_ONLY, value: "true"}
- {name: AMENDS_TRUSTED_PROXIES, value: {{ .Values.ingress.trustedProxies | quote }}}
{{- end }}

{{/* The two keys lie in the data folder, as on a machine. */}}
{{- define "amends.mounts" -}}
- {name: data, mountPath: /data}
- {name: secrets, mountPath: /data/session.key, subPath: session.key, readOnly: true}
- {name: secrets, mountPath: /data/credentials.key, subPath: credentials.key, readOnly: true}
- {name: secrets, mountPath: /secrets, readOnly: true}
- {name: shm, mountPath: /dev/shm}
{{- end }}

{{- define "amends.secretVolume" -}}
- name: secrets
  secret: {secretName: {{ .Values.existingSecret }}, defaultMode: 0440}
{{- end }}

{{/* Not /readyz: web has to answer, too, where no camera is online. */}}
{{- define "amends.webProbes" -}}
startupProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 2, failureThreshold: 90}
readinessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 2}
livenessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 4}
{{- end }}
