module huaweicloud-workspace-exporter/test/tools/perses-model

go 1.26.5

tool huaweicloud-workspace-exporter/test/tools/perses-model

require github.com/perses/spec v0.2.0

require gopkg.in/yaml.v3 v3.0.1 // indirect
