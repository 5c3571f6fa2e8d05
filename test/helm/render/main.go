// Renders a Helm chart for tests, where there is no helm: the same engine (text/template with sprig) and what Helm adds to it.
//
//	render CHART < REQUEST > ANSWER
//
// REQUEST is JSON: {"release": {"name", "namespace"}, "values": [text of YAML, …], "apiVersions": […]}. ANSWER is JSON: {"values": the values
// that the templates saw, "files": {path: text}} or {"error": why the rendering ended}. Built with the packages of Debian, not with modules:
// GO111MODULE=off GOPATH=/usr/share/gocode.
//
// Left out, as the chart has none: dependencies, library charts, crds/, lookup with a cluster. Helm's own differences from it are in
// engine.go and funcs.go of its pkg/engine, which this follows.
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

type object = map[string]interface{}

type request struct {
	Release struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"release"`
	Values      []string `json:"values"`
	APIVersions []string `json:"apiVersions"`
}

type answer struct {
	Values object            `json:"values,omitempty"`
	Files  map[string]string `json:"files,omitempty"`
	Error  string            `json:"error,omitempty"`
}

func main() {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	result, err := render(os.Args[1], asked)
	if err != nil {
		result = answer{Error: err.Error()}
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func render(folder string, asked request) (answer, error) {
	sources, err := filesOf(folder)
	if err != nil {
		return answer{}, err
	}
	chart, values := object{}, object{}
	if err := yaml.UnmarshalStrict(sources["Chart.yaml"], &chart); err != nil {
		return answer{}, fmt.Errorf("Chart.yaml: %w", err)
	}
	for _, text := range append([]string{string(sources["values.yaml"])}, asked.Values...) {
		layer := object{}
		if err := yaml.UnmarshalStrict([]byte(text), &layer); err != nil {
			return answer{}, fmt.Errorf("values: %w", err)
		}
		values = merged(values, layer)
	}

	name, _ := chart["name"].(string)
	metadata := object{"IsRoot": true}
	for key, value := range chart {
		// As Helm's struct has them: appVersion is .Chart.AppVersion, apiVersion .Chart.APIVersion.
		metadata[strings.Replace(strings.ToUpper(key[:1])+key[1:], "ApiVersion", "APIVersion", 1)] = value
	}
	others := files{}
	templates := map[string]string{}
	for file, content := range sources {
		if strings.HasPrefix(file, "templates/") {
			templates[path.Join(name, file)] = string(content)
		} else if file != "Chart.yaml" && file != "values.yaml" && file != "values.schema.json" {
			others[file] = content
		}
	}

	all := template.New("gotpl").Option("missingkey=zero")
	all.Funcs(functions(all))
	for file, text := range templates {
		if _, err := all.New(file).Parse(text); err != nil {
			return answer{}, err
		}
	}
	rendered := map[string]string{}
	for _, file := range sortedKeys(templates) {
		if strings.HasPrefix(path.Base(file), "_") {
			continue
		}
		text, err := execute(all, file, object{
			"Values":  values,
			"Chart":   metadata,
			"Files":   others,
			"Release": object{"Name": asked.Release.Name, "Namespace": asked.Release.Namespace, "Service": "Helm", "Revision": 1, "IsInstall": true, "IsUpgrade": false},
			"Capabilities": object{
				"APIVersions": versions(asked.APIVersions),
				"KubeVersion": object{"Version": "v1.31.0", "Major": "1", "Minor": "31", "GitVersion": "v1.31.0"},
				"HelmVersion": object{"Version": "v3.16.0"},
			},
			"Template": object{"Name": file, "BasePath": path.Join(name, "templates")},
		})
		if err != nil {
			return answer{}, err
		}
		rendered[strings.TrimPrefix(file, name+"/")] = text
	}
	return answer{Values: values, Files: rendered}, nil
}

// The chart's files by path, without those that .helmignore leaves out: lines that are a name, a pattern, or a folder with a slash.
func filesOf(folder string) (map[string][]byte, error) {
	ignored := []string{}
	if text, err := os.ReadFile(filepath.Join(folder, ".helmignore")); err == nil {
		for _, line := range strings.Split(string(text), "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				ignored = append(ignored, line)
			}
		}
	}
	sources := map[string][]byte{}
	err := filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, file)
		if err != nil {
			return err
		}
		for _, pattern := range ignored {
			isFolder := strings.HasSuffix(pattern, "/")
			if matches, _ := path.Match(strings.TrimSuffix(pattern, "/"), path.Base(relative)); matches && (!isFolder || entry.IsDir()) {
				if entry.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
		}
		if !entry.IsDir() {
			sources[filepath.ToSlash(relative)], err = os.ReadFile(file)
		}
		return err
	})
	return sources, err
}

// As Helm lays values over values: maps key by key, anything else whole, and null takes a key away.
func merged(under, over object) object {
	result := object{}
	for key, value := range under {
		result[key] = value
	}
	for key, value := range over {
		below, isMap := result[key].(object)
		above, alsoMap := value.(object)
		switch {
		case value == nil:
			delete(result, key)
		case isMap && alsoMap:
			result[key] = merged(below, above)
		default:
			result[key] = value
		}
	}
	return result
}

func execute(all *template.Template, name string, data interface{}) (string, error) {
	var text strings.Builder
	err := all.ExecuteTemplate(&text, name, data)
	// What is missing prints as "<no value>", also with missingkey=zero; Helm takes it out.
	return strings.ReplaceAll(text.String(), "<no value>", ""), err
}

func functions(all *template.Template) template.FuncMap {
	funcs := sprig.TxtFuncMap()
	delete(funcs, "env")
	delete(funcs, "expandenv")
	funcs["include"] = func(name string, data interface{}) (string, error) { return execute(all, name, data) }
	funcs["tpl"] = func(text string, data interface{}) (string, error) {
		copied, err := all.Clone()
		if err != nil {
			return "", err
		}
		copied.Funcs(functions(copied))
		if _, err := copied.New("tpl").Parse(text); err != nil {
			return "", err
		}
		return execute(copied, "tpl", data)
	}
	funcs["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(message)
		}
		return value, nil
	}
	funcs["lookup"] = func(_, _, _, _ string) (object, error) { return object{}, nil }
	funcs["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		if err != nil {
			return ""
		}
		return strings.TrimSuffix(string(text), "\n")
	}
	funcs["fromYaml"] = func(text string) object {
		result := object{}
		if err := yaml.Unmarshal([]byte(text), &result); err != nil {
			result["Error"] = err.Error()
		}
		return result
	}
	funcs["fromYamlArray"] = func(text string) []interface{} {
		result := []interface{}{}
		if err := yaml.Unmarshal([]byte(text), &result); err != nil {
			return []interface{}{err.Error()}
		}
		return result
	}
	funcs["toJson"] = func(value interface{}) string {
		text, _ := json.Marshal(value)
		return string(text)
	}
	funcs["fromJson"] = func(text string) object {
		result := object{}
		if err := json.Unmarshal([]byte(text), &result); err != nil {
			result["Error"] = err.Error()
		}
		return result
	}
	return funcs
}

type versions []string

func (known versions) Has(version string) bool {
	for _, one := range known {
		if one == version {
			return true
		}
	}
	return false
}

// .Files, with the functions that Helm gives it.
type files map[string][]byte

func (all files) Get(name string) string      { return string(all[name]) }
func (all files) GetBytes(name string) []byte { return all[name] }
func (all files) Lines(name string) []string {
	return strings.Split(strings.TrimSuffix(string(all[name]), "\n"), "\n")
}
func (all files) Glob(pattern string) files {
	found := files{}
	for name, content := range all {
		if matches, _ := path.Match(pattern, name); matches {
			found[name] = content
		}
	}
	return found
}
func (all files) AsConfig() string {
	return all.encoded(func(content []byte) string { return string(content) })
}
func (all files) AsSecrets() string { return all.encoded(base64.StdEncoding.EncodeToString) }
func (all files) encoded(encode func([]byte) string) string {
	data := map[string]string{}
	for name, content := range all {
		data[path.Base(name)] = encode(content)
	}
	text, _ := yaml.Marshal(data)
	return strings.TrimSuffix(string(text), "\n")
}

func sortedKeys(of map[string]string) []string {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
