// Asks https://localhost:PORT/ once for each line "IDENTITY TLS", and prints what Go says.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

func ask(port, identity, version string) error {
	roots := x509.NewCertPool()
	pem, err := os.ReadFile("ca.pem")
	if err != nil {
		return err
	}
	roots.AppendCertsFromPEM(pem)
	number := map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}[version]
	config := &tls.Config{RootCAs: roots, MinVersion: number, MaxVersion: number}
	if identity != "-" {
		own, err := tls.LoadX509KeyPair(identity+".pem", identity+".pem")
		if err != nil {
			return err
		}
		config.Certificates = []tls.Certificate{own}
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: config}, Timeout: 10 * time.Second}
	answer, err := client.Get("https://localhost:" + port + "/")
	if err != nil {
		return err
	}
	body, err := io.ReadAll(answer.Body)
	fmt.Println(answer.Status, string(body))
	return err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		fmt.Println("=== case")
		if err := ask(os.Args[1], words[0], words[1]); err != nil {
			fmt.Println(err)
		}
	}
}
