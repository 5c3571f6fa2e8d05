// Reads a list of dashboards with the model that Perses itself reads them with, and writes what the model holds: it takes no field that it does not know.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/perses/spec/go/dashboard"
)

func main() {
	var dashboards []struct {
		Spec dashboard.Spec `json:"spec"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&dashboards); err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(dashboards); err != nil {
		log.Fatal(err)
	}
}
