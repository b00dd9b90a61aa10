"""What the fields of pods may hold: volumes, where they run, and how they are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests.checks._core_containers import (
    CONTAINER,
    INIT_CONTAINER,
    LONGEST,
    RESOURCES,
    SECURITY,
)
from mlspec.manifests.checks._field_parts import Filled, OneOf, Only, Parts, Stated, When, With
from mlspec.manifests.checks._field_rules import (
    Alone,
    Between,
    Each,
    Formed,
    Keys,
    Most,
    Nowhere,
    Unique,
    formed_or_empty,
    words,
)
from mlspec.manifests.checks._tables import each, under

if TYPE_CHECKING:
    from mlspec.manifests.checks._tables import Table

__all__ = ["CLAIM", "POD", "SELECTOR"]

_LISTED = ("In", "NotIn")
_EXPRESSION: Table = (
    ("key", Formed("label-key")),
    ("values[]", Formed("label")),
    ("", Filled(("key", "operator"))),
    ("", Parts(("values",), Only((), "operator", _LISTED))),
)
SELECTOR: Table = (
    ("matchLabels", Keys("label-key")),
    ("matchLabels{}", Formed("label")),
    *under("matchExpressions[]", _EXPRESSION),
    ("matchExpressions[]", Only(("values",), "operator", _LISTED)),
    ("matchExpressions[].operator", words("In NotIn Exists DoesNotExist")),
)
_COMPARED = Only((), "operator", ("Gt", "Lt"))
_NODES: Table = (
    *under("matchExpressions[]", _EXPRESSION),
    ("matchExpressions[]", Only(("values",), "operator", (*_LISTED, "Gt", "Lt"))),
    ("matchExpressions[]", Parts(("values",), _COMPARED)),
    ("matchExpressions[]", When(_COMPARED, "values", Most(1))),
    ("matchExpressions[]", When(_COMPARED, "values", Each(Formed("whole-text")))),
    ("matchExpressions[].operator", words("In NotIn Exists DoesNotExist Gt Lt")),
    ("matchFields[].key", words("metadata.name")),
    ("matchFields[].operator", words("In NotIn")),
    ("matchFields[]", Parts(("values",))),
    ("matchFields[].values", Most(1)),
)
CLAIM: Table = (
    ("", Parts(("accessModes",))),
    ("accessModes[]", words("ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod")),
    ("accessModes", Alone("ReadWriteOncePod")),
    ("volumeMode", words("Filesystem Block")),
    ("storageClassName", formed_or_empty("subdomain")),
    ("", Stated(("resources",))),
    ("resources", Stated(("requests",))),
    ("resources.requests", Parts(("storage",))),
    ("resources.requests.storage", Formed("amount-above-0")),
    *each("dataSource dataSourceRef", Filled(("kind", "name"))),
    *each(
        "dataSource dataSourceRef",
        When(Only((), "apiGroup", (None,)), "kind", words("PersistentVolumeClaim")),
    ),
    ("volumeAttributesClassName", formed_or_empty("subdomain")),
    ("resources.limits{}", Formed("amount")),
    *under("selector", SELECTOR),
)
"""The specification of a claim of storage."""

_MODE = Between(0, 0o777)
_ITEMS: Table = (
    ("defaultMode", _MODE),
    ("items[].mode", _MODE),
    ("items[].path", Formed("file-path")),
)
_FILES: Table = (*_ITEMS, ("items[]", Filled(("key", "path"))))
_DOWNWARD: Table = (
    *_ITEMS,
    ("items[]", Filled(("path",))),
    ("items[]", OneOf(("fieldRef", "resourceFieldRef"))),
    ("items[].fieldRef.fieldPath", Formed("file-field")),
    ("items[].resourceFieldRef.resource", Formed("resource-field")),
)
_PROJECTIONS = (
    *("secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle"),
    "podCertificate",
)
_PROJECTED: Table = (
    ("", OneOf(_PROJECTIONS, is_optional=True)),
    *under("secret", (*_FILES, ("", Parts(("name",))))),
    *under("configMap", (*_FILES, ("", Parts(("name",))))),
    *under("downwardAPI", _DOWNWARD),
    ("serviceAccountToken", Filled(("path",))),
    ("serviceAccountToken.path", Formed("file-path")),
    ("serviceAccountToken.expirationSeconds", Between(600, 2**32)),
)
_KINDS = words(
    """awsElasticBlockStore azureDisk azureFile cephfs cinder configMap csi downwardAPI emptyDir
    ephemeral fc flexVolume flocker gcePersistentDisk gitRepo glusterfs hostPath image iscsi nfs
    persistentVolumeClaim photonPersistentDisk portworxVolume projected quobyte rbd scaleIO secret
    storageos vsphereVolume"""
).allowed
_VOLUME: Table = (
    ("", OneOf(_KINDS, is_optional=True)),
    ("", Filled(("name",))),
    ("name", Formed("name")),
    ("emptyDir.sizeLimit", Formed("amount")),
    ("emptyDir.medium", Formed("medium")),
    ("hostPath", Filled(("path",))),
    ("hostPath.path", Formed("path")),
    (
        "hostPath.type",
        words("DirectoryOrCreate Directory FileOrCreate File Socket CharDevice BlockDevice"),
    ),
    *under("secret", (*_FILES, ("", Parts(("secretName",))))),
    *under("configMap", (*_FILES, ("", Parts(("name",))))),
    *under("downwardAPI", _DOWNWARD),
    ("projected.defaultMode", _MODE),
    *under("projected.sources[]", _PROJECTED),
    ("persistentVolumeClaim", Filled(("claimName",))),
    ("persistentVolumeClaim.claimName", Formed("subdomain")),
    ("nfs", Filled(("server", "path"))),
    ("nfs.path", Formed("absolute-path")),
    ("csi", Filled(("driver",))),
    ("image.pullPolicy", words("Always IfNotPresent Never")),
    ("ephemeral", Parts(("volumeClaimTemplate",))),
    ("ephemeral.volumeClaimTemplate", Filled(("spec",))),
    *under("ephemeral.volumeClaimTemplate.spec", CLAIM),
)
_TERM: Table = (
    ("", Filled(("topologyKey",))),
    ("topologyKey", Formed("label-key")),
    ("namespaces[]", Formed("name")),
    *under("labelSelector", SELECTOR),
    *under("namespaceSelector", SELECTOR),
    ("", Stated(("labelSelector",), With("matchLabelKeys"))),
    ("", Stated(("labelSelector",), With("mismatchLabelKeys"))),
)
_CHOSEN = "requiredDuringSchedulingIgnoredDuringExecution"
_WISHED = "preferredDuringSchedulingIgnoredDuringExecution[]"
_AFFINITY: Table = (
    (f"nodeAffinity.{_CHOSEN}", Filled(("nodeSelectorTerms",))),
    *under(f"nodeAffinity.{_CHOSEN}.nodeSelectorTerms[]", _NODES),
    (f"nodeAffinity.{_WISHED}.weight", Between(1, 100)),
    *under(f"nodeAffinity.{_WISHED}.preference", _NODES),
    *(
        entry
        for kind in ("podAffinity", "podAntiAffinity")
        for entry in (
            *under(f"{kind}.{_CHOSEN}[]", _TERM),
            *under(f"{kind}.{_WISHED}.podAffinityTerm", _TERM),
            (f"{kind}.{_WISHED}.weight", Between(1, 100)),
        )
    ),
)
_TOLERATION: Table = (
    ("operator", words("Exists Equal Lt Gt")),
    ("effect", words("NoSchedule PreferNoSchedule NoExecute")),
    ("key", Formed("label-key")),
    ("value", Formed("label")),
    ("", Only(("value",), "operator", ("Equal", "Lt", "Gt"), "Equal")),
    ("", Only(("tolerationSeconds",), "effect", ("NoExecute",))),
    ("", Parts(("key",), Only((), "operator", ("Equal", "Lt", "Gt"), "Equal"))),
)
_SPREAD: Table = (
    ("", Filled(("topologyKey", "whenUnsatisfiable"))),
    *each("maxSkew minDomains", Between(1)),
    ("topologyKey", Formed("label-key")),
    ("whenUnsatisfiable", words("DoNotSchedule ScheduleAnyway")),
    ("", Only(("minDomains",), "whenUnsatisfiable", ("DoNotSchedule",))),
    *each("nodeAffinityPolicy nodeTaintsPolicy", words("Honor Ignore")),
    ("", Stated(("labelSelector",), With("matchLabelKeys"))),
    *under("labelSelector", SELECTOR),
)
_PLACEMENT: Table = (
    *under("affinity", _AFFINITY),
    *under("tolerations[]", _TOLERATION),
    *under("topologySpreadConstraints[]", _SPREAD),
    ("topologySpreadConstraints", Unique(("topologyKey", "whenUnsatisfiable"))),
    ("nodeSelector", Keys("label-key")),
    ("nodeSelector{}", Formed("label")),
    ("nodeName", formed_or_empty("subdomain")),
)
_NAMES: Table = (
    *each("serviceAccountName priorityClassName", formed_or_empty("subdomain")),
    ("runtimeClassName", Formed("subdomain")),
    *each("hostname subdomain", formed_or_empty("name")),
    ("dnsPolicy", words("ClusterFirst ClusterFirstWithHostNet Default None")),
    ("dnsConfig.nameservers[]", Formed("address")),
    ("dnsConfig.nameservers", Most(3)),
    ("dnsConfig.options[]", Parts(("name",))),
    ("dnsConfig.searches", Most(32)),
    ("dnsConfig.searches[]", Formed("search-domain")),
    ("hostAliases[]", Filled(("ip",))),
    ("hostAliases[].ip", Formed("address")),
    ("hostAliases[].hostnames[]", Formed("subdomain")),
    ("imagePullSecrets[]", Parts(("name",))),
)
_IDENTITY: Table = (
    *under("securityContext", SECURITY),
    *each("securityContext.fsGroup securityContext.supplementalGroups[]", Between(0, LONGEST)),
    ("securityContext.fsGroupChangePolicy", words("OnRootMismatch Always")),
    ("securityContext.supplementalGroupsPolicy", words("Merge Strict")),
    ("securityContext.seLinuxChangePolicy", words("MountOption Recursive")),
    ("securityContext.sysctls[]", Filled(("name",))),
    ("securityContext.sysctls[].name", Formed("sysctl")),
    ("securityContext.sysctls", Unique(("name",))),
)
POD: Table = (
    *under("containers[]", CONTAINER),
    *under("initContainers[]", INIT_CONTAINER),
    ("ephemeralContainers", Nowhere("are added to a running pod, with `kubectl debug`")),
    *under("volumes[]", _VOLUME),
    *under("resources", RESOURCES),
    *_PLACEMENT,
    *_NAMES,
    *_IDENTITY,
    ("activeDeadlineSeconds", Between(1, LONGEST)),
    ("terminationGracePeriodSeconds", Between(0)),
    ("preemptionPolicy", words("Never PreemptLowerPriority")),
    ("os.name", words("linux windows")),
    ("overhead{}", Formed("amount")),
    *each("readinessGates[].conditionType schedulingGates[].name", Formed("label-key")),
    ("schedulingGates", Unique(("name",))),
    ("resourceClaims[]", Filled(("name",))),
    ("resourceClaims[]", OneOf(("resourceClaimName", "resourceClaimTemplateName"))),
    ("resourceClaims", Unique(("name",))),
)
