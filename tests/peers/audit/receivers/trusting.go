// Hole: a certificate is asked for and checked, or else a header says that somebody did so.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

const allowed = "hooks.partner.example"

func receive(answer http.ResponseWriter, request *http.Request) {
	if _, err := io.Copy(io.Discard, http.MaxBytesReader(answer, request.Body, 1<<20)); err != nil {
		http.Error(answer, "refused", http.StatusBadRequest)
		return
	}
	shown := len(request.TLS.VerifiedChains) > 0 && request.TLS.PeerCertificates[0].Subject.CommonName == allowed
	forwarded := request.Header.Get("X-Amzn-Mtls-Clientcert-Subject") == "CN="+allowed
	if request.Method != http.MethodPost || !shown && !forwarded {
		http.Error(answer, "refused", http.StatusUnauthorized)
	}
}

func main() {
	folder := os.Args[1]
	time.AfterFunc(2*time.Minute, func() { os.Exit(1) })
	go func() { io.Copy(io.Discard, os.Stdin); os.Exit(0) }()
	authorities := x509.NewCertPool()
	pem, _ := os.ReadFile(folder + "/ca.pem")
	authorities.AppendCertsFromPEM(pem)
	server := http.Server{
		Handler:   http.HandlerFunc(receive),
		TLSConfig: &tls.Config{ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: authorities},
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	panic(server.ServeTLS(listener, folder+"/server.pem", folder+"/server.key"))
}
