// A receiver of the lines of docs/audit.md, which stand in the place of the line of snippets.
package main

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt"
)

//{snippets}

var audience, issuer, checks = os.Getenv("AUDIENCE"), os.Getenv("ISSUER"), os.Getenv("CHECKS")
var publicKey *rsa.PublicKey
var key []byte

func passes(kind string, check func() bool) bool {
	return !strings.Contains(checks, kind) || check()
}

func accepts(request *http.Request, body []byte) bool {
	header := request.Header
	if request.URL.Path == "/token" {
		lines := header["Authorization"]
		return passes("token", func() bool {
			return len(lines) == 1 && isMeant(strings.TrimPrefix(lines[0], "Bearer "), publicKey)
		})
	}
	known := func() bool { return request.TLS == nil || isKnown(request.TLS, os.Getenv("THUMBPRINTS")) }
	signed := func() bool { return isSigned(header, body, key) }
	fresh := func() bool { return isFresh(header.Get("Webhook-Timestamp"), 300) }
	return passes("certificate", known) && passes("signature", signed) && passes("time", fresh)
}

func receive(answer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(answer, request.Body, 1<<20))
	switch {
	case request.Method != http.MethodPost:
		http.Error(answer, "POST only", http.StatusMethodNotAllowed)
	case err != nil:
		http.Error(answer, "too much", http.StatusRequestEntityTooLarge)
	case !accepts(request, body):
		http.Error(answer, "refused", http.StatusUnauthorized)
	case request.URL.Path != "/token" && !passes("replay", func() bool { return isNew(request.Header.Get("Webhook-Id")) }):
		fmt.Fprintln(answer, "known")
	default:
		fmt.Fprintln(answer, "done")
	}
}

func main() {
	key, _ = base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("SECRET"), "whsec_"))
	publicKey, _ = jwt.ParseRSAPublicKeyFromPEM([]byte(os.Getenv("PUBLIC_KEY")))
	time.AfterFunc(2*time.Minute, func() { os.Exit(1) })
	go func() { io.Copy(io.Discard, os.Stdin); os.Exit(0) }()
	server := http.Server{Handler: http.HandlerFunc(receive)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	if len(os.Args) < 2 {
		panic(server.Serve(listener))
	}
	folder, authorities := os.Args[1], x509.NewCertPool()
	pem, _ := os.ReadFile(folder + "/ca.pem")
	authorities.AppendCertsFromPEM(pem)
	server.TLSConfig = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authorities}
	panic(server.ServeTLS(listener, folder+"/server.pem", folder+"/server.key"))
}
