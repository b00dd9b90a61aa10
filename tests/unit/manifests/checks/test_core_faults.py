"""One fault in one sound object: each is found, at the field that holds it.

The faults are what kube-apiserver refuses (pkg/apis/*/validation), kind by kind; a few are taken by
it and fail on the node. What its schemas refuse alone is among them: `MLS103x`.
"""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from mlspec.manifests import Catalogue, read_manifests, verify
from mlspec.syntax import SourceText

SOUND = {
    each["kind"]: each
    for each in yaml.safe_load_all(Path(__file__).with_name("core.yaml").read_text("utf-8"))
}
REMOVED = object()
C = "spec.containers.0"
V = "spec.volumes"
T = "spec.topologySpreadConstraints.0"
P = "spec.ports.0"
WAY = "spec.rules.0.http.paths.0"
AFFINITY = "spec.affinity"
ANTI = f"{AFFINITY}.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0"
CHOSEN = f"{AFFINITY}.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
NODE = f"{CHOSEN}.nodeSelectorTerms.0.matchExpressions.0"
LEVEL = "pod-security.kubernetes.io/enforce"
CHOICE, NUMBER, FORM, EITHER, MISSING, MISPLACED, TWICE, CROSSED, DOUBT = (
    f"MLS132{digit}" for digit in range(9)
)

TS = "spec.template.spec"
CPU = "spec.metrics.0.resource.target"
FIELDS = f"{CHOSEN}.nodeSelectorTerms.0.matchFields"
SPREAD = {"maxSkew": 1, "topologyKey": "a", "whenUnsatisfiable": "DoNotSchedule"}
TOKEN = {"key": "a", "path": "token"}
SCRATCH = {"spec": {"accessModes": ["ReadWriteOnce"]}}
SLASHED = {"metric": {"name": "a/b"}, "target": {"type": "AverageValue", "averageValue": "5"}}


def failing(codes, action="FailJob"):
    """Return a rule of a Job about exit codes of its pods."""
    return {"action": action, "onExitCodes": {"operator": "In", "values": codes}}


FAULTS = [
    ("Pod", f"{C}.imagePullPolicy", "Sometimes", CHOICE),
    ("Pod", f"{C}.imagePullPolicy", "always", CHOICE),
    ("Pod", f"{C}.terminationMessagePolicy", "Log", CHOICE),
    ("Pod", f"{C}.restartPolicy", "Sometimes", CHOICE),
    ("Pod", f"{C}.ports.0.protocol", "HTTP", CHOICE),
    ("Pod", f"{C}.ports.0.hostIP", "localhost", FORM),
    ("Pod", f"{C}.ports.0.hostPort", 70000, NUMBER),
    ("Pod", f"{C}.ports.0.containerPort", 0, "MLS1115"),
    ("Pod", f"{C}.ports.0.name", "prediction-server", "MLS1115"),
    ("Pod", f"{C}.ports.1", {"name": "http", "containerPort": 81}, "MLS1110"),
    ("Pod", f"{C}.name", "Server", FORM),
    ("Pod", f"{C}.name", "", MISSING),
    ("Pod", f"{C}.name", "a.b", FORM),
    ("Pod", f"{C}.name", REMOVED, "MLS1032"),
    ("Pod", f"{C}.image", "Registry.example/Fraud:12", FORM),
    ("Pod", f"{C}.image", "fraud :12", FORM),
    ("Pod", f"{C}.image", REMOVED, "MLS1117"),
    ("Pod", f"{C}.env.0.name", "A=B", FORM),
    ("Pod", f"{C}.env.0.name", "a\u00e9", FORM),
    ("Pod", f"{C}.env.0.name", "1LEVEL", DOUBT),
    ("Pod", f"{C}.env.0.name", "MY LEVEL", DOUBT),
    ("Pod", f"{C}.env.0.valueFrom", {"fieldRef": {"fieldPath": "metadata.name"}}, "MLS1116"),
    ("Pod", f"{C}.env.1.valueFrom", {}, EITHER),
    ("Pod", f"{C}.env.1.valueFrom.secretKeyRef", {"name": "a", "key": "b"}, EITHER),
    ("Pod", f"{C}.env.1.valueFrom.fieldRef.fieldPath", "spec.hostname", FORM),
    ("Pod", f"{C}.env.1.valueFrom.fieldRef.fieldPath", "metadata.labels", FORM),
    ("Pod", f"{C}.env.2.valueFrom.secretKeyRef.key", "a/b", FORM),
    ("Pod", f"{C}.env.2.valueFrom.secretKeyRef.name", "", MISSING),
    ("Pod", f"{C}.env.3.valueFrom.resourceFieldRef.resource", "limits.gpu", FORM),
    ("Pod", f"{C}.envFrom.0.secretRef", {"name": "a"}, EITHER),
    ("Pod", f"{C}.envFrom.0", {"prefix": "A"}, EITHER),
    ("Pod", f"{C}.envFrom.0.configMapRef.name", "", MISSING),
    ("Pod", f"{C}.envFrom.0.prefix", "A=", FORM),
    ("Pod", f"{C}.resources.limits", {"gpu": "1"}, FORM),
    ("Pod", f"{C}.resources.limits.memory", "1GG", "MLS1120"),
    ("Pod", f"{C}.resources.limits.memory", "-1Gi", "MLS1120"),
    ("Pod", f"{C}.resources.limits.memory", "512Mi", "MLS1121"),
    ("Pod", f"{C}.resources.claims", [{"name": "gpu"}], MISSING),
    (
        "Pod",
        f"{C}.resizePolicy",
        [{"resourceName": "disk", "restartPolicy": "NotRequired"}],
        CHOICE,
    ),
    ("Pod", f"{C}.resizePolicy", [{"resourceName": "cpu", "restartPolicy": "Never"}], CHOICE),
    ("Pod", f"{C}.securityContext.runAsUser", -1, NUMBER),
    ("Pod", f"{C}.securityContext.runAsGroup", 2**31, NUMBER),
    ("Pod", f"{C}.securityContext.procMount", "Masked", CHOICE),
    ("Pod", f"{C}.securityContext.seccompProfile", {"type": "runtime/default"}, CHOICE),
    ("Pod", f"{C}.securityContext.seccompProfile", {"type": "Localhost"}, MISSING),
    ("Pod", f"{C}.securityContext.appArmorProfile", {"type": "Default"}, CHOICE),
    ("Pod", f"{C}.securityContext.privileged", True, "MLS1118"),
    ("Pod", f"{C}.securityContext.capabilities.add", ["CAP_SYS_ADMIN"], EITHER),
    ("Pod", f"{C}.securityContext.capabilities.add", ["NET_ADMN"], DOUBT),
    ("Pod", f"{C}.volumeMounts.0.subPath", "../x", FORM),
    ("Pod", f"{C}.volumeMounts.0.subPath", "/x", FORM),
    ("Pod", f"{C}.volumeMounts.0.subPathExpr", "$(A)", EITHER),
    ("Pod", f"{C}.volumeMounts.0.mountPath", "", MISSING),
    ("Pod", f"{C}.volumeMounts.0.mountPath", "model", DOUBT),
    ("Pod", f"{C}.volumeMounts.0.mountPath", "/a:b", DOUBT),
    ("Pod", f"{C}.volumeMounts.0.mountPath", "/data", "MLS1110"),
    ("Pod", f"{C}.volumeMounts.0.name", "modle", "MLS1112"),
    ("Pod", f"{C}.volumeMounts.0.mountPropagation", "Both", CHOICE),
    ("Pod", f"{C}.volumeMounts.0.mountPropagation", "Bidirectional", MISPLACED),
    ("Pod", f"{C}.volumeMounts.0.recursiveReadOnly", "Enabled", MISPLACED),
    ("Pod", f"{C}.volumeMounts.1.recursiveReadOnly", "Always", CHOICE),
    ("Pod", f"{C}.readinessProbe.httpGet.scheme", "http", CHOICE),
    ("Pod", f"{C}.readinessProbe.httpGet.port", 0, FORM),
    ("Pod", f"{C}.readinessProbe.httpGet.port", "http-port-of-server", FORM),
    ("Pod", f"{C}.readinessProbe.httpGet.port", "htpp", "MLS1113"),
    ("Pod", f"{C}.readinessProbe.httpGet.httpHeaders", [{"name": "a b", "value": "c"}], FORM),
    ("Pod", f"{C}.readinessProbe.periodSeconds", -1, NUMBER),
    ("Pod", f"{C}.readinessProbe.terminationGracePeriodSeconds", 5, MISPLACED),
    ("Pod", f"{C}.readinessProbe.exec", {"command": ["a"]}, "MLS1114"),
    ("Pod", f"{C}.livenessProbe.tcpSocket.port", 65536, FORM),
    ("Pod", f"{C}.livenessProbe.successThreshold", 2, "MLS1114"),
    ("Pod", f"{C}.livenessProbe.terminationGracePeriodSeconds", 0, NUMBER),
    ("Pod", f"{C}.livenessProbe.timeoutSeconds", -5, NUMBER),
    ("Pod", f"{C}.livenessProbe.tcpSocket", REMOVED, "MLS1114"),
    ("Pod", f"{C}.startupProbe.exec.command", [], MISSING),
    ("Pod", f"{C}.startupProbe.grpc", {"port": 0}, NUMBER),
    ("Pod", f"{C}.lifecycle.preStop.exec", {"command": ["a"]}, EITHER),
    ("Pod", f"{C}.lifecycle.preStop", {}, EITHER),
    ("Pod", f"{C}.lifecycle.preStop.sleep.seconds", -1, NUMBER),
    ("Pod", f"{C}.lifecycle.preStop.sleep.seconds", 60, CROSSED),
    ("Pod", "spec.containers.1", {"name": "server", "image": "a:1"}, "MLS1110"),
    ("Pod", "spec.containers", [], "MLS1117"),
    ("Pod", "spec.initContainers.0.livenessProbe", {"tcpSocket": {"port": 80}}, MISPLACED),
    ("Pod", "spec.initContainers.0.imagePullPolicy", "Often", CHOICE),
    ("Pod", "spec.ephemeralContainers", [{"name": "debug", "image": "a:1"}], MISPLACED),
    ("Pod", f"{V}.0.hostPath", {"path": "/a"}, EITHER),
    ("Pod", f"{V}.0.name", "Model", FORM),
    ("Pod", f"{V}.0.name", "settings", "MLS1110"),
    ("Pod", f"{V}.0.emptyDir.sizeLimit", "1Gb", FORM),
    ("Pod", f"{V}.0.emptyDir.sizeLimit", "-1Gi", FORM),
    ("Pod", f"{V}.0.emptyDir.medium", "memory", FORM),
    ("Pod", f"{V}.1.configMap.defaultMode", 644, NUMBER),
    ("Pod", f"{V}.1.configMap.items.0.mode", 1000, NUMBER),
    ("Pod", f"{V}.1.configMap.items.0.path", "../a", FORM),
    ("Pod", f"{V}.1.configMap.items.0.path", "/a", FORM),
    ("Pod", f"{V}.1.configMap.items.0.key", "", MISSING),
    ("Pod", f"{V}.1.configMap.name", REMOVED, MISSING),
    ("Pod", f"{V}.1.secret", {"secretName": "a"}, EITHER),
    ("Pod", f"{V}.2.projected.sources.0.serviceAccountToken.expirationSeconds", 60, NUMBER),
    ("Pod", f"{V}.2.projected.sources.0.serviceAccountToken.path", "..", FORM),
    ("Pod", f"{V}.2.projected.sources.0.secret", {"name": "a"}, EITHER),
    ("Pod", f"{V}.3.hostPath.path", "/a/../b", FORM),
    ("Pod", f"{V}.3.hostPath.type", "Folder", CHOICE),
    ("Pod", f"{V}.3.hostPath.path", "", MISSING),
    ("Pod", f"{V}.4.persistentVolumeClaim.claimName", "", MISSING),
    ("Pod", f"{V}.4.persistentVolumeClaim.claimName", "Fraud_1", FORM),
    ("Pod", f"{V}.5.downwardAPI.items.0.fieldRef.fieldPath", "spec.nodeName", FORM),
    ("Pod", f"{V}.5.downwardAPI.items.0.fieldRef", REMOVED, EITHER),
    ("Pod", f"{V}.6", {"name": "nfs", "nfs": {"server": "a", "path": "b"}}, FORM),
    ("Pod", f"{V}.6", {"name": "keys", "secret": {"items": [{"key": "a", "path": "b"}]}}, MISSING),
    ("Pod", f"{V}.6", {"name": "keys", "image": {"reference": "a", "pullPolicy": "No"}}, CHOICE),
    ("Pod", "spec.dnsPolicy", "clusterFirst", CHOICE),
    ("Pod", "spec.dnsPolicy", "None", MISSING),
    ("Pod", "spec.dnsConfig", {"nameservers": ["dns.example"]}, FORM),
    ("Pod", "spec.dnsConfig", {"nameservers": ["1.1.1.1"] * 4}, NUMBER),
    ("Pod", "spec.restartPolicy", "Forever", "MLS1108"),
    ("Pod", "spec.hostname", "fraud.example", FORM),
    ("Pod", "spec.hostname", "Fraud", FORM),
    ("Pod", "spec.subdomain", "a_b", FORM),
    ("Pod", "spec.nodeName", "Node 1", FORM),
    ("Pod", "spec.serviceAccountName", "Fraud", FORM),
    ("Pod", "spec.priorityClassName", "High Priority", FORM),
    ("Pod", "spec.runtimeClassName", "gVisor", FORM),
    ("Pod", "spec.preemptionPolicy", "Always", CHOICE),
    ("Pod", "spec.activeDeadlineSeconds", 0, NUMBER),
    ("Pod", "spec.terminationGracePeriodSeconds", -1, NUMBER),
    ("Pod", "spec.os", {"name": "darwin"}, CHOICE),
    ("Pod", "spec.nodeSelector", {"disk": "a/b"}, FORM),
    ("Pod", "spec.nodeSelector", {"/disk": "ssd"}, FORM),
    ("Pod", "spec.imagePullSecrets", [{"name": ""}], MISSING),
    ("Pod", "spec.hostAliases.0.ip", "registry", FORM),
    ("Pod", "spec.hostAliases.0.hostnames.0", "Registry_1", FORM),
    ("Pod", "spec.securityContext.fsGroup", -1, NUMBER),
    ("Pod", "spec.securityContext.runAsUser", -1, NUMBER),
    ("Pod", "spec.securityContext.runAsUser", 0, "MLS1118"),
    ("Pod", "spec.securityContext.supplementalGroups", [-1], NUMBER),
    ("Pod", "spec.securityContext.fsGroupChangePolicy", "Never", CHOICE),
    ("Pod", "spec.securityContext.seccompProfile.type", "Default", CHOICE),
    ("Pod", "spec.securityContext.seccompProfile.localhostProfile", "a.json", MISPLACED),
    ("Pod", "spec.securityContext.sysctls", [{"name": "a", "value": "1"}] * 2, TWICE),
    ("Pod", "spec.tolerations.0.operator", "Equals", CHOICE),
    ("Pod", "spec.tolerations.0.operator", "Exists", MISPLACED),
    ("Pod", "spec.tolerations.0.effect", "NoRun", CHOICE),
    ("Pod", "spec.tolerations.0.tolerationSeconds", 60, MISPLACED),
    ("Pod", "spec.tolerations.0.key", "", MISSING),
    ("Pod", f"{T}.maxSkew", 0, NUMBER),
    ("Pod", f"{T}.whenUnsatisfiable", "Ignore", CHOICE),
    ("Pod", f"{T}.topologyKey", "", MISSING),
    ("Pod", f"{T}.minDomains", 0, NUMBER),
    ("Pod", f"{T}.nodeTaintsPolicy", "Respect", CHOICE),
    ("Pod", f"{T}.labelSelector.matchLabels.app", "a/b", FORM),
    (
        "Pod",
        "spec.topologySpreadConstraints.1",
        {"maxSkew": 2, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"},
        TWICE,
    ),
    (
        "Pod",
        "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.weight",
        101,
        NUMBER,
    ),
    (
        "Pod",
        "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.weight",
        0,
        NUMBER,
    ),
    (
        "Pod",
        "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.podAffinityTerm.topologyKey",
        "",
        MISSING,
    ),
    (
        "Pod",
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions.0.operator",
        "Is",
        CHOICE,
    ),
    (
        "Pod",
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions.0.values",
        [],
        MISSING,
    ),
    (
        "Pod",
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
        [],
        MISSING,
    ),
    ("Pod", "spec.resourceClaims", [{"name": "gpu"}], EITHER),
    ("Pod", "spec.overhead", {"cpu": "x"}, FORM),
    ("Pod", "spec.readinessGates", [{"conditionType": "a b"}], FORM),
    ("Pod", "spec.replicas", 1, "MLS1030"),
    ("Deployment", "spec.strategy.type", "Rolling", CHOICE),
    ("Deployment", "spec.strategy.type", "Recreate", "MLS1106"),
    ("Deployment", "spec.strategy.rollingUpdate.maxSurge", "25", FORM),
    ("Deployment", "spec.strategy.rollingUpdate.maxSurge", -1, FORM),
    ("Deployment", "spec.strategy.rollingUpdate.maxUnavailable", "150%", FORM),
    ("Deployment", "spec.strategy.rollingUpdate.maxSurge", 0, "MLS1106"),
    ("Deployment", "spec.replicas", -1, "MLS1107"),
    ("Deployment", "spec.minReadySeconds", -1, "MLS1107"),
    ("Deployment", "spec.selector.matchLabels.app", "other", "MLS1105"),
    ("Deployment", "spec.selector.matchExpressions", [{"key": "app", "operator": "Is"}], CHOICE),
    ("Deployment", "spec.selector.matchExpressions", [{"key": "app", "operator": "In"}], MISSING),
    (
        "Deployment",
        "spec.selector.matchExpressions",
        [{"key": "app", "operator": "Exists", "values": ["a"]}],
        MISPLACED,
    ),
    ("Deployment", "spec.template.metadata.labels.team", "a b", "MLS1101"),
    ("Deployment", "spec.template.spec.restartPolicy", "Never", "MLS1108"),
    ("Deployment", "spec.template.spec.containers.0.imagePullPolicy", "Never ", CHOICE),
    (
        "Deployment",
        "spec.template.spec.volumes",
        [{"name": "a", "emptyDir": {}, "nfs": {"server": "a", "path": "/b"}}],
        EITHER,
    ),
    ("StatefulSet", "spec.podManagementPolicy", "Serial", CHOICE),
    ("StatefulSet", "spec.updateStrategy.type", "Recreate", CHOICE),
    ("StatefulSet", "spec.updateStrategy.type", "OnDelete", MISPLACED),
    ("StatefulSet", "spec.updateStrategy.rollingUpdate.partition", -1, NUMBER),
    ("StatefulSet", "spec.persistentVolumeClaimRetentionPolicy.whenDeleted", "Keep", CHOICE),
    ("StatefulSet", "spec.volumeClaimTemplates.0.spec.accessModes", ["RWO"], CHOICE),
    ("StatefulSet", "spec.volumeClaimTemplates.0.spec.resources.requests.storage", "1GB", FORM),
    ("StatefulSet", "spec.ordinals", {"start": -1}, NUMBER),
    ("StatefulSet", "spec.template.spec.dnsPolicy", "Cluster", CHOICE),
    ("DaemonSet", "spec.updateStrategy.type", "Rolling", CHOICE),
    ("DaemonSet", "spec.updateStrategy.rollingUpdate.maxUnavailable", 0, EITHER),
    ("DaemonSet", "spec.updateStrategy.rollingUpdate.maxSurge", 1, EITHER),
    ("DaemonSet", "spec.template.spec.hostname", "A", FORM),
    ("Job", "spec.backoffLimit", -1, "MLS1107"),
    ("Job", "spec.parallelism", -1, "MLS1107"),
    ("Job", "spec.completionMode", "indexed", CHOICE),
    ("Job", "spec.completions", REMOVED, MISSING),
    ("Job", "spec.podReplacementPolicy", "Never", CHOICE),
    ("Job", "spec.selector", {"matchLabels": {"app": "train"}}, MISPLACED),
    ("Job", "spec.backoffLimitPerIndex", -1, NUMBER),
    ("Job", "spec.template.spec.restartPolicy", "Always", "MLS1108"),
    (
        "Job",
        "spec.podFailurePolicy",
        {"rules": [{"action": "Stop", "onExitCodes": {"operator": "In", "values": [1]}}]},
        CHOICE,
    ),
    ("Job", "spec.podFailurePolicy", {"rules": [{"action": "FailJob"}]}, EITHER),
    ("CronJob", "spec.concurrencyPolicy", "Deny", CHOICE),
    ("CronJob", "spec.schedule", "61 * * * *", "MLS1215"),
    ("CronJob", "spec.schedule", "0 3 * *", "MLS1215"),
    ("CronJob", "spec.timeZone", "Europe/Berlinn", "MLS1218"),
    ("CronJob", "spec.timeZone", "Local", "MLS1218"),
    ("CronJob", "spec.startingDeadlineSeconds", -1, NUMBER),
    ("CronJob", "spec.successfulJobsHistoryLimit", -1, NUMBER),
    ("CronJob", "spec.jobTemplate.spec.backoffLimit", -1, "MLS1107"),
    ("CronJob", "spec.jobTemplate.spec.parallelism", -2, "MLS1107"),
    ("CronJob", "spec.jobTemplate.spec.template.spec.restartPolicy", "Always", "MLS1108"),
    ("CronJob", "spec.jobTemplate.spec.template.metadata.labels.app", "a b", "MLS1101"),
    ("CronJob", "spec.jobTemplate.spec.template.spec.containers.0.imagePullPolicy", "No", CHOICE),
    ("CronJob", "metadata.name", "a" * 53, "MLS1100"),
    ("Service", "spec.type", "Nodeport", CHOICE),
    ("Service", "spec.type", "ClusterIP", MISPLACED),
    ("Service", "spec.sessionAffinity", "Cookie", CHOICE),
    ("Service", "spec.sessionAffinity", "None", MISPLACED),
    ("Service", "spec.sessionAffinityConfig.clientIP.timeoutSeconds", 0, NUMBER),
    ("Service", "spec.sessionAffinityConfig.clientIP.timeoutSeconds", 86401, NUMBER),
    ("Service", "spec.externalTrafficPolicy", "Node", CHOICE),
    ("Service", "spec.internalTrafficPolicy", "local", CHOICE),
    ("Service", "spec.ipFamilies", ["IPV4"], CHOICE),
    ("Service", "spec.ipFamilies", ["IPv4", "IPv4"], TWICE),
    ("Service", "spec.ipFamilyPolicy", "DualStack", CHOICE),
    ("Service", "spec.clusterIP", "10.0.0", FORM),
    ("Service", "spec.clusterIP", "None", "MLS1127"),
    ("Service", "spec.externalIPs", ["fraud.example"], FORM),
    ("Service", "spec.loadBalancerSourceRanges", ["10.0.0.0"], FORM),
    ("Service", "spec.healthCheckNodePort", 30001, MISPLACED),
    ("Service", "spec.trafficDistribution", "Near", CHOICE),
    ("Service", "spec.selector.app", "a b", FORM),
    ("Service", f"{P}.nodePort", 70000, NUMBER),
    ("Service", f"{P}.nodePort", 80, DOUBT),
    ("Service", f"{P}.port", 0, "MLS1126"),
    ("Service", f"{P}.port", 70000, "MLS1126"),
    ("Service", f"{P}.targetPort", 0, FORM),
    ("Service", f"{P}.targetPort", "Http", FORM),
    ("Service", f"{P}.protocol", "tcp", CHOICE),
    ("Service", f"{P}.name", "HTTP", FORM),
    ("Service", f"{P}.name", REMOVED, "MLS1125"),
    ("Service", f"{P}.appProtocol", "a b", FORM),
    ("Service", "spec.ports.1.nodePort", 30080, TWICE),
    ("Service", "spec.ports.1.port", 80, "MLS1126"),
    ("Service", "spec.ports", [], "MLS1126"),
    ("Service", "spec.externalName", "a_b.example", FORM),
    ("Service", "metadata.name", "1fraud", "MLS1100"),
    ("Ingress", f"{WAY}.pathType", "prefix", CHOICE),
    ("Ingress", f"{WAY}.pathType", REMOVED, "MLS1032"),
    ("Ingress", f"{WAY}.path", "score", FORM),
    ("Ingress", f"{WAY}.path", "/a//b", FORM),
    ("Ingress", f"{WAY}.path", REMOVED, MISSING),
    ("Ingress", f"{WAY}.backend.service.port", {"number": 80, "name": "http"}, EITHER),
    ("Ingress", f"{WAY}.backend.service.port", {}, EITHER),
    ("Ingress", f"{WAY}.backend.service.port.number", 0, NUMBER),
    ("Ingress", f"{WAY}.backend.service.name", "Fraud", FORM),
    ("Ingress", f"{WAY}.backend", {}, EITHER),
    ("Ingress", f"{WAY}.backend.resource", {"kind": "A", "name": "b"}, EITHER),
    ("Ingress", "spec.rules.0.host", "10.0.0.1", FORM),
    ("Ingress", "spec.rules.0.host", "fraud.example.com:8080", FORM),
    ("Ingress", "spec.rules.0.host", "a.*.com", FORM),
    ("Ingress", "spec.tls.0.hosts.0", "https://fraud.example.com", FORM),
    ("Ingress", "spec.rules", REMOVED, MISSING),
    ("Ingress", "spec.ingressClassName", "Nginx", FORM),
    ("HorizontalPodAutoscaler", "spec.minReplicas", 9, "MLS1135"),
    ("HorizontalPodAutoscaler", "spec.maxReplicas", 0, "MLS1135"),
    ("HorizontalPodAutoscaler", "spec.scaleTargetRef.name", "", MISSING),
    ("HorizontalPodAutoscaler", "spec.metrics.0.type", "Cpu", "MLS1136"),
    ("HorizontalPodAutoscaler", "spec.metrics.0.resource.target.averageUtilization", 0, NUMBER),
    ("HorizontalPodAutoscaler", "spec.metrics.0.resource.target.type", "Use", "MLS1136"),
    ("HorizontalPodAutoscaler", "spec.metrics.0.resource.name", "", MISSING),
    ("HorizontalPodAutoscaler", "spec.behavior.scaleDown.selectPolicy", "Least", CHOICE),
    ("HorizontalPodAutoscaler", "spec.behavior.scaleDown.stabilizationWindowSeconds", 3601, NUMBER),
    ("HorizontalPodAutoscaler", "spec.behavior.scaleDown.policies.0.type", "Share", CHOICE),
    ("HorizontalPodAutoscaler", "spec.behavior.scaleDown.policies.0.value", 0, NUMBER),
    ("HorizontalPodAutoscaler", "spec.behavior.scaleDown.policies.0.periodSeconds", 1801, NUMBER),
    ("PodDisruptionBudget", "spec.minAvailable", 1, "MLS1130"),
    ("PodDisruptionBudget", "spec.maxUnavailable", "150%", "MLS1130"),
    ("PodDisruptionBudget", "spec.maxUnavailable", -1, "MLS1130"),
    ("PodDisruptionBudget", "spec.unhealthyPodEvictionPolicy", "Always", CHOICE),
    ("PodDisruptionBudget", "spec.selector.matchLabels.app", "a b", FORM),
    ("NetworkPolicy", "spec.podSelector.matchExpressions.0.operator", "Equals", CHOICE),
    ("NetworkPolicy", "spec.podSelector.matchExpressions.0.values", [], MISSING),
    ("NetworkPolicy", "spec.policyTypes.0", "ingress", "MLS1142"),
    ("NetworkPolicy", "spec.ingress.0.ports.0.protocol", "HTTP", "MLS1140"),
    ("NetworkPolicy", "spec.ingress.0.ports.0.endPort", 79, "MLS1140"),
    ("NetworkPolicy", "spec.ingress.0.from.0.namespaceSelector.matchLabels.team", "a/b", FORM),
    ("NetworkPolicy", "spec.ingress.0.from.0", {}, "MLS1141"),
    ("NetworkPolicy", "spec.egress.0.to.0.ipBlock.cidr", "10.0.0.0/33", "MLS1141"),
    ("NetworkPolicy", "spec.egress.0.to.0.ipBlock.except.0", "192.168.0.0/16", "MLS1141"),
    ("ServiceAccount", "imagePullSecrets.0.name", "", MISSING),
    ("ServiceAccount", "automountServiceAccountToken", "no", "MLS1031"),
    ("Role", "rules.0.verbs", [], MISSING),
    ("Role", "rules.0.verbs", ["raed"], DOUBT),
    ("Role", "rules.0.verbs", REMOVED, "MLS1032"),
    ("Role", "rules.0.resources", REMOVED, MISSING),
    ("Role", "rules.0.apiGroups", [], MISSING),
    ("Role", "rules.0.nonResourceURLs", ["/metrics"], MISPLACED),
    ("ClusterRole", "rules.1.resources", ["pods"], EITHER),
    ("ClusterRole", "rules.0.apiGroups", [], MISSING),
    ("ClusterRole", "rules.1.nonResourceURLs", [], EITHER),
    ("ClusterRole", "aggregationRule", {"clusterRoleSelectors": []}, MISSING),
    ("RoleBinding", "roleRef.kind", "Roles", CHOICE),
    ("RoleBinding", "roleRef.apiGroup", "rbac", CHOICE),
    ("RoleBinding", "roleRef.name", "", MISSING),
    ("RoleBinding", "roleRef", REMOVED, "MLS1032"),
    ("RoleBinding", "subjects.0.kind", "Account", CHOICE),
    ("CronJob", "spec.startingDeadlineSeconds", 5, "MLS1334"),
    ("CronJob", "spec.startingDeadlineSeconds", -1, NUMBER),
    ("RoleBinding", "subjects.0.apiGroup", "rbac.authorization.k8s.io", MISPLACED),
    ("ClusterRoleBinding", "roleRef.kind", "Role", CHOICE),
    ("ClusterRoleBinding", "subjects.0.name", "", MISSING),
    ("ClusterRoleBinding", "subjects.0.apiGroup", "rbac", CHOICE),
    ("ConfigMap", "data", {"a/b": "c"}, "MLS1143"),
    ("ConfigMap", "data", {"a": 1}, "MLS1031"),
    ("ConfigMap", "data", {"a": "x" * 600_000, "b": "x" * 600_000}, NUMBER),
    ("ConfigMap", "binaryData", {"a": "not base64!"}, "MLS1297"),
    ("Secret", "type", "kubernetes.io/dockerconfigjson", MISSING),
    ("Secret", "data", {"tls.crt": "YQ=="}, MISSING),
    ("Secret", "data", {"tls.crt": "YQ==", "tls.key": "?"}, "MLS1297"),
    ("PersistentVolumeClaim", "spec.accessModes", [], MISSING),
    ("PersistentVolumeClaim", "spec.accessModes", ["ReadWrite"], CHOICE),
    ("PersistentVolumeClaim", "spec.accessModes", ["ReadWriteOnce", "ReadWriteOncePod"], EITHER),
    ("PersistentVolumeClaim", "spec.volumeMode", "File", CHOICE),
    ("PersistentVolumeClaim", "spec.storageClassName", "Fast SSD", FORM),
    ("PersistentVolumeClaim", "spec.resources.requests.storage", "10 Gi", FORM),
    ("PersistentVolumeClaim", "spec.resources.requests", {}, MISSING),
    ("ResourceQuota", "spec.hard", {"requests.cpu": "4 cores"}, FORM),
    ("ResourceQuota", "spec.hard", {"requests.cpu": "-4"}, FORM),
    ("ResourceQuota", "spec.hard", {"gpus": "4"}, FORM),
    ("ResourceQuota", "spec.hard", {"pods": "1.5"}, FORM),
    ("ResourceQuota", "spec.scopes", ["BestEffort", "NotBestEffort"], EITHER),
    ("ResourceQuota", "spec.scopes", ["Best"], CHOICE),
    ("ResourceQuota", "spec.scopeSelector.matchExpressions.0.operator", "Is", CHOICE),
    ("ResourceQuota", "spec.scopeSelector.matchExpressions.0.values", [], MISSING),
    ("ResourceQuota", "spec.scopeSelector.matchExpressions.0.scopeName", "Priority", CHOICE),
    ("LimitRange", "spec.limits.0.type", "Containers", FORM),
    ("LimitRange", "spec.limits.0.type", "Pod", MISPLACED),
    ("LimitRange", "spec.limits.0.min.memory", "16Gi", CROSSED),
    ("LimitRange", "spec.limits.0.defaultRequest.memory", "2Gi", CROSSED),
    ("LimitRange", "spec.limits.0.max.memory", "8GiB", FORM),
    ("LimitRange", "spec.limits.1", {"type": "Container", "max": {"cpu": "1"}}, TWICE),
    ("LimitRange", "spec.limits.1", {"type": "PersistentVolumeClaim"}, MISSING),
    ("Namespace", "metadata.labels", {"pod-security.kubernetes.io/enforce": "strict"}, CHOICE),
    ("Namespace", "metadata.name", "a.b", "MLS1100"),
    ("PriorityClass", "value", 2_000_000_000, NUMBER),
    ("PriorityClass", "metadata.name", "system-ml", FORM),
    ("PriorityClass", "preemptionPolicy", "Always", CHOICE),
    ("Pod", "metadata.namespace", "A B", FORM),
    ("Pod", "metadata.namespace", "a.b", FORM),
    ("Pod", "metadata.generateName", "A_", FORM),
    ("Pod", "metadata.annotations", {"a": "x" * 300_000}, "MLS1101"),
    (
        "Pod",
        "metadata.ownerReferences",
        [{"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": ""}],
        MISSING,
    ),
    ("Pod", f"{C}.volumeDevices", [{"name": "model", "devicePath": "/dev/x"}], MISPLACED),
    ("Pod", f"{C}.resources.requests", {"hugepages-2Mi": "2Mi"}, "MLS1122"),
    ("Pod", "spec.dnsConfig", {"options": [{"value": "2"}]}, MISSING),
    ("Pod", f"{ANTI}.podAffinityTerm.namespaces", ["A B"], FORM),
    ("Pod", NODE, {"key": "n", "operator": "Gt", "values": ["a"]}, FORM),
    ("Pod", NODE, {"key": "n", "operator": "Gt", "values": ["1", "2"]}, NUMBER),
    ("Pod", NODE, {"key": "n", "operator": "Lt"}, MISSING),
    ("PersistentVolumeClaim", "spec.resources.requests.storage", "0", FORM),
    ("PersistentVolumeClaim", "spec.dataSource", {"kind": "", "name": "a"}, MISSING),
    ("HorizontalPodAutoscaler", "spec.behavior.scaleDown.policies", [], MISSING),
    ("RoleBinding", "subjects.0.name", "A_B", FORM),
    ("Job", "spec.maxFailedIndexes", 5, MISSING),
    ("StatefulSet", "spec.volumeClaimTemplates.0.metadata", {}, MISSING),
    ("StatefulSet", "spec.serviceName", "A_b", FORM),
    ("Ingress", "spec.tls.0.secretName", "A b", FORM),
    ("LimitRange", "spec.limits.0.max", {"gpu": "1"}, FORM),
    ("Secret", "type", "kubernetes.io/service-account-token", MISSING),
    ("Namespace", "metadata.labels", {f"{LEVEL}-version": "1.36"}, FORM),
    ("Deployment", f"{TS}.activeDeadlineSeconds", 10, MISPLACED),
    ("StatefulSet", f"{TS}.activeDeadlineSeconds", 10, MISPLACED),
    ("DaemonSet", f"{TS}.activeDeadlineSeconds", 10, MISPLACED),
    ("Pod", "spec.schedulingGates", [{"name": "a"}, {"name": "a"}], TWICE),
    ("Pod", f"{T}", {**SPREAD, "matchLabelKeys": ["a"]}, MISSING),
    ("Pod", f"{ANTI}.podAffinityTerm", {"topologyKey": "a", "matchLabelKeys": ["a"]}, MISSING),
    ("Pod", f"{ANTI}.podAffinityTerm", {"topologyKey": "a", "mismatchLabelKeys": ["a"]}, MISSING),
    ("Pod", FIELDS, [{"key": "metadata.labels", "operator": "In", "values": ["a"]}], CHOICE),
    ("Pod", FIELDS, [{"key": "metadata.name", "operator": "Exists"}], CHOICE),
    ("Pod", FIELDS, [{"key": "metadata.name", "operator": "In", "values": ["a", "b"]}], NUMBER),
    ("Pod", f"{V}.2.projected.sources.1", {"secret": {"name": "a", "items": [TOKEN]}}, TWICE),
    ("Pod", f"{V}.6", {"name": "x", "ephemeral": {"volumeClaimTemplate": SCRATCH}}, MISSING),
    ("Pod", "spec.securityContext.sysctls", [{"name": "Net.core", "value": "1"}], FORM),
    ("Pod", "spec.dnsConfig", {"searches": ["a b"]}, FORM),
    ("Pod", "spec.resources", {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}}, "MLS1121"),
    ("Service", "spec.externalIPs", ["127.0.0.1"], FORM),
    ("Service", "spec.externalIPs", ["169.254.1.1"], FORM),
    ("Service", "spec.clusterIPs", ["10.0.0.1"], MISSING),
    ("Service", "spec.ipFamilies", ["IPv4", "IPv6"], NUMBER),
    ("Ingress", "metadata.annotations", {"kubernetes.io/ingress.class": "nginx"}, EITHER),
    ("HorizontalPodAutoscaler", CPU, {"type": "Value", "value": "1"}, MISPLACED),
    ("HorizontalPodAutoscaler", "spec.metrics.0", {"type": "Pods", "pods": SLASHED}, FORM),
    ("HorizontalPodAutoscaler", "spec.scaleTargetRef.kind", "Deploy/ment", FORM),
    ("HorizontalPodAutoscaler", "spec.scaleTargetRef.apiVersion", "apps/v1/x", FORM),
    ("NetworkPolicy", "spec.policyTypes", ["Ingress", "Egress", "Ingress"], NUMBER),
    ("RoleBinding", "roleRef.name", "a/b", FORM),
    ("CronJob", "spec.jobTemplate.spec.manualSelector", True, MISPLACED),
    ("CronJob", "spec.timeZone", "", MISSING),
    ("Job", "spec.podFailurePolicy", {"rules": [failing([0])]}, NUMBER),
    ("Job", "spec.podFailurePolicy", {"rules": [failing([3, 1])]}, FORM),
    ("Job", "spec.podFailurePolicy", {"rules": [failing([1, 1])]}, FORM),
    ("Job", "spec.podFailurePolicy", {"rules": [failing([1], "FailIndex")]}, MISPLACED),
    ("Job", "spec.managedBy", "queues", FORM),
    ("Job", "spec.successPolicy", {"rules": [{}]}, MISSING),
    ("Job", "spec.successPolicy", {"rules": [{"succeededIndexes": "1-"}]}, FORM),
    ("Job", "spec.parallelism", 200_000, NUMBER),
    ("PersistentVolumeClaim", "spec.resources", REMOVED, MISSING),
    ("PersistentVolumeClaim", "spec.resources", {"limits": {"storage": "1Gi"}}, MISSING),
    ("PersistentVolumeClaim", "spec.dataSourceRef", {"kind": "Secret", "name": "a"}, CHOICE),
    ("PersistentVolumeClaim", "spec.volumeAttributesClassName", "A b", FORM),
]


def steps_of(path):
    return tuple(int(step) if step.isdigit() else step for step in path.split("."))


def changed(kind, path, value):
    """Return the sound object of a kind with another value at a path."""
    resource = deepcopy(SOUND[kind])
    *steps, last = steps_of(path)
    place = resource
    for step in steps:
        place = place[step] if isinstance(step, int) else place.setdefault(step, {})
    if value is REMOVED:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return resource


def read(resource):
    return read_manifests([SourceText("a.json", json.dumps(resource, indent=1).encode())])


def told(resource):
    return verify(read(resource), Catalogue()).diagnostics


def named(fault):
    kind, path, value, code = fault
    shown = "removed" if value is REMOVED else json.dumps(value)[:30]
    return f"{kind}-{path}-{shown}-{code}"


QUIET = ("MLS1129", "MLS1131", "MLS1290", "MLS1291", "MLS1293", "MLS1298")
"""Codes of objects that are not in the folder, which are no faults of one object."""


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_object_has_no_fault(kind):
    pytest.importorskip("kubernetes_validate")
    assert [] == [str(each) for each in told(SOUND[kind]) if each.code not in QUIET]


@pytest.mark.parametrize("fault", FAULTS, ids=named)
def test_a_fault_is_found_near_where_it_stands(fault):
    pytest.importorskip("kubernetes_validate")
    kind, path, value, code = fault
    resource = changed(kind, path, value)
    manifest = read(resource).manifests.manifests[0]
    outer = manifest.span(steps_of(path)[:-3])

    found = [each for each in told(resource) if each.code == code]

    assert found
    lines = range(outer.start.line, outer.end.line + 1)
    assert any(each.span.start.line in lines for each in found)


@pytest.mark.parametrize("fault", FAULTS, ids=named)
def test_a_fault_is_told_once_at_its_place(fault):
    kind, path, value, _ = fault

    found = [each for each in told(changed(kind, path, value)) if each.code not in QUIET]

    places = [(each.span, each.code) for each in found]
    assert len(places) == len(set(places))


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Pod", "spec.serviceAccountName"),
        ("Pod", "spec.priorityClassName"),
        ("Pod", "spec.hostname"),
        ("Pod", "spec.subdomain"),
        ("Pod", "spec.nodeName"),
        ("Pod", f"{C}.ports.0.hostIP"),
        ("PersistentVolumeClaim", "spec.storageClassName"),
        ("Ingress", "spec.rules.0.host"),
        ("Ingress", "spec.tls.0.secretName"),
        ("Service", "spec.externalName"),
    ],
)
def test_an_empty_text_where_the_server_takes_it_for_none_is_no_fault(kind, path):
    found = [each for each in told(changed(kind, path, "")) if each.code == FORM]

    assert [] == [str(each) for each in found]
    assert FORM in [each.code for each in told(changed(kind, path, "-no name-"))]


def test_there_are_many_faults_of_every_kind():
    assert len(FAULTS) >= 300
    assert set(SOUND) == {each[0] for each in FAULTS}
