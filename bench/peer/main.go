// The exporter that somebody would write in an afternoon in Go, the idiomatic way, for the benchmark to compare with: client_golang,
// const metrics in a Collector, keep-alive connections, 32 requests at once. It signs in with a token and reads pools by details.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type volume struct {
	Type string   `json:"type"`
	Size *float64 `json:"size"`
}

type pool struct {
	ID               string   `json:"id"`
	Name             string   `json:"name"`
	Type             string   `json:"type"`
	Created          string   `json:"created_time"`
	ChargingMode     string   `json:"charging_mode"`
	Desktops         *float64 `json:"desktop_count"`
	Used             *float64 `json:"desktop_used"`
	AvailabilityZone string   `json:"availability_zone"`
	SubnetID         string   `json:"subnet_id"`
	VpcID            string   `json:"vpc_id"`
	Product          struct {
		ID           string      `json:"product_id"`
		FlavorID     string      `json:"flavor_id"`
		Type         string      `json:"type"`
		CPU          json.Number `json:"cpu"`
		Memory       json.Number `json:"memory"`
		ChargeMode   string      `json:"charge_mode"`
		Architecture string      `json:"architecture"`
		IsGPU        bool        `json:"is_gpu"`
		Status       string      `json:"status"`
	} `json:"product"`
	ImageID         string   `json:"image_id"`
	ImageName       string   `json:"image_name"`
	ImageOSType     string   `json:"image_os_type"`
	ImageOSVersion  string   `json:"image_os_version"`
	RootVolume      volume   `json:"root_volume"`
	DataVolumes     []volume `json:"data_volumes"`
	SecurityGroups  []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"security_groups"`
	Retention       *float64 `json:"disconnected_retention_period"`
	EnableAutoscale *bool    `json:"enable_autoscale"`
	Policy          struct {
		Type             string   `json:"autoscale_type"`
		MaxAutoCreated   *float64 `json:"max_auto_created"`
		MinIdle          *float64 `json:"min_idle"`
		OnceAutoCreated  *float64 `json:"once_auto_created"`
		MinRetention     *float64 `json:"min_retention"`
		IdleRetention    *float64 `json:"idle_retention_duration"`
		IsolationEnabled *bool    `json:"auto_isolation_enable"`
		IsolationMax     *float64 `json:"auto_isolation_max_num"`
	} `json:"autoscale_policy"`
	Status        string   `json:"status"`
	InMaintenance *bool    `json:"in_maintenance_mode"`
	Isolated      *float64 `json:"isolation_num"`
}

var labels = []string{"project", "pool_id", "pool_name"}

func gauge(name, help string, more ...string) *prometheus.Desc {
	return prometheus.NewDesc("peer_desktop_pool_"+name, help, append(labels[:3:3], more...), nil)
}

// 31 series for each pool, as many as the exporter has.
var (
	desktops    = gauge("desktops", "Desktops in the pool.")
	used        = gauge("desktops_used", "Desktops bound to a user.")
	idle        = gauge("desktops_idle", "Desktops bound to nobody.")
	isolated    = gauge("desktops_isolated", "Desktops that are isolated.")
	autoscale   = gauge("autoscale_enabled", "Whether the pool scales by itself.")
	maxCreated  = gauge("autoscale_max", "Most desktops.")
	minIdle     = gauge("autoscale_min_idle", "Least idle desktops.")
	once        = gauge("autoscale_once", "Desktops created at a time.")
	minKept     = gauge("autoscale_min_retention", "Least desktops.")
	idleKept    = gauge("autoscale_idle_retention_seconds", "Time that an idle desktop is kept.")
	isolation   = gauge("auto_isolation_enabled", "Whether broken desktops are isolated.")
	isolationN  = gauge("auto_isolation_max", "Most desktops that are isolated.")
	maintenance = gauge("maintenance_mode", "Whether the pool is in maintenance.")
	retention   = gauge("disconnected_retention_seconds", "Time that a disconnected desktop is kept.")
	created     = gauge("created_timestamp_seconds", "When the pool was created.")
	cpu         = gauge("cpu_cores", "Processors of a desktop.")
	memory      = gauge("memory_bytes", "Memory of a desktop.")
	disk        = gauge("disk_bytes", "Size of a disk.", "disk", "type")
	status      = gauge("status", "State of the pool.", "status")
	product     = gauge("product_status", "State of the product.", "status")
	info        = gauge("info", "Attributes of the pool.", "type", "charging_mode", "availability_zone", "subnet_id", "vpc_id")
	productInfo = gauge("product_info", "Attributes of the product.", "product_id", "flavor_id", "type", "architecture")
	imageInfo   = gauge("image_info", "Attributes of the image.", "image_id", "image_name", "os_type", "os_version")
	groupInfo   = gauge("security_group_info", "Security groups.", "security_group_id", "security_group_name")
	up          = gauge("up", "Whether the pool was read.")
)

var (
	statuses        = []string{"STEADY", "TEMPORARY", "EXIST_FROZEN", "UNKNOWN", "ERROR", "OTHER"}
	productStatuses = []string{"normal", "sellout"}
)

type collector struct {
	url, token string
	ids        []string
	client     *http.Client
	width      int
}

func (c *collector) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(c, ch) }

func (c *collector) Collect(ch chan<- prometheus.Metric) {
	next := make(chan string)
	var workers sync.WaitGroup
	for range c.width {
		workers.Go(func() {
			for id := range next {
				p, err := c.read(id)
				if err != nil {
					log.Printf("pool %s: %v", id, err)
					ch <- prometheus.MustNewConstMetric(up, prometheus.GaugeValue, 0, "bench", id, "")
					continue
				}
				emit(ch, p)
			}
		})
	}
	for _, id := range c.ids {
		next <- id
	}
	close(next)
	workers.Wait()
}

func (c *collector) read(id string) (*pool, error) {
	request, err := http.NewRequest(http.MethodGet, c.url+"/desktop-pools/"+id, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-Auth-Token", c.token)
	answer, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		_, _ = io.Copy(io.Discard, answer.Body)
		return nil, fmt.Errorf("HTTP %d", answer.StatusCode)
	}
	var p pool
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil {
		return nil, err
	}
	return &p, nil
}

func emit(ch chan<- prometheus.Metric, p *pool) {
	send := func(desc *prometheus.Desc, value float64, more ...string) {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, append([]string{"bench", p.ID, p.Name}, more...)...)
	}
	number := func(desc *prometheus.Desc, value *float64, factor float64) {
		if value != nil {
			send(desc, *value*factor)
		}
	}
	flag := func(desc *prometheus.Desc, value *bool) {
		if value != nil {
			send(desc, truth(*value))
		}
	}
	send(up, 1)
	number(desktops, p.Desktops, 1)
	number(used, p.Used, 1)
	if p.Desktops != nil && p.Used != nil {
		send(idle, *p.Desktops-*p.Used)
	}
	number(isolated, p.Isolated, 1)
	flag(autoscale, p.EnableAutoscale)
	number(maxCreated, p.Policy.MaxAutoCreated, 1)
	number(minIdle, p.Policy.MinIdle, 1)
	number(once, p.Policy.OnceAutoCreated, 1)
	number(minKept, p.Policy.MinRetention, 1)
	number(idleKept, p.Policy.IdleRetention, 60)
	flag(isolation, p.Policy.IsolationEnabled)
	number(isolationN, p.Policy.IsolationMax, 1)
	flag(maintenance, p.InMaintenance)
	number(retention, p.Retention, 60)
	if at, err := time.Parse(time.RFC3339, p.Created); err == nil {
		send(created, float64(at.Unix()))
	}
	if value, err := p.Product.CPU.Float64(); err == nil {
		send(cpu, value)
	}
	if value, err := p.Product.Memory.Float64(); err == nil {
		send(memory, value*1024*1024)
	}
	if p.RootVolume.Size != nil {
		send(disk, *p.RootVolume.Size*1024*1024*1024, "root", p.RootVolume.Type)
	}
	for i, one := range p.DataVolumes {
		if one.Size != nil {
			send(disk, *one.Size*1024*1024*1024, fmt.Sprintf("data%d", i), one.Type)
		}
	}
	for _, one := range statuses {
		send(status, truth(one == p.Status), one)
	}
	for _, one := range productStatuses {
		send(product, truth(one == p.Product.Status), one)
	}
	send(info, 1, p.Type, p.ChargingMode, p.AvailabilityZone, p.SubnetID, p.VpcID)
	send(productInfo, 1, p.Product.ID, p.Product.FlavorID, p.Product.Type, p.Product.Architecture)
	send(imageInfo, 1, p.ImageID, p.ImageName, p.ImageOSType, p.ImageOSVersion)
	for _, one := range p.SecurityGroups {
		send(groupInfo, 1, one.ID, one.Name)
	}
}

func truth(value bool) float64 {
	if value {
		return 1
	}
	return 0
}

func main() {
	url := flag.String("url", "", "address of the API, with the project")
	token := flag.String("token", "", "token")
	width := flag.Int("concurrency", 32, "requests at once")
	flag.Parse()
	var ids []string
	for lines := bufio.NewScanner(os.Stdin); lines.Scan() && lines.Text() != ""; {
		ids = append(ids, lines.Text())
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = *width
	transport.MaxConnsPerHost = *width
	registry := prometheus.NewRegistry()
	registry.MustRegister(&collector{*url, *token, ids, &http.Client{Transport: transport, Timeout: 10 * time.Second}, *width})
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s/metrics\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
