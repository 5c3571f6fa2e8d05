module huaweicloud-workspace-exporter/test/tools/prometheus-operator

go 1.25.0

// Not built: the tests read its custom resource definitions.
require github.com/prometheus-operator/prometheus-operator v0.85.0
