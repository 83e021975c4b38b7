# A receiver of the lines of docs/audit.md, which stand in the place of the line of snippets.
require "jwt"
require "openssl"
require "webrick"
require "webrick/https"

AUDIENCE, ISSUER, CHECKS = ENV.values_at("AUDIENCE", "ISSUER", "CHECKS")
KEY = ENV.fetch("SECRET").delete_prefix("whsec_").unpack1("m")
PUBLIC_KEY = OpenSSL::PKey::RSA.new(ENV.fetch("PUBLIC_KEY"))

#{snippets}

def passes?(kind)
  !CHECKS.split(",").include?(kind) || yield
end

def accepts?(request, env, body)
  if request.path == "/token"
    token = env["HTTP_AUTHORIZATION"].to_s.delete_prefix("Bearer ")
    return passes?("token") { meant?(token, PUBLIC_KEY) }
  end
  passes?("certificate") { !request.client_cert || known?(request.client_cert, ENV["THUMBPRINTS"].split) } &&
    passes?("signature") { signed?(env, body, KEY) } && passes?("time") { fresh?(env["HTTP_WEBHOOK_TIMESTAMP"].to_s) }
end

def answer(request)
  return [405, "POST only"] if request.request_method != "POST"
  return [400, "one length"] if request.header.fetch("content-length", []).size > 1
  return [413, "too much"] if request["content-length"].to_i > 1 << 20
  env = request.meta_vars
  body = request.body.to_s
  return [401, "refused"] unless accepts?(request, env, body)
  again = request.path != "/token" && !passes?("replay") { new?(env["HTTP_WEBHOOK_ID"].to_s) }
  [200, again ? "known" : "done"]
end

folder = ARGV[0]
file = ->(name) { File.read("#{folder}/#{name}") }
tls = folder && {
  SSLEnable: true,
  SSLCertificate: OpenSSL::X509::Certificate.new(file["server.pem"]),
  SSLPrivateKey: OpenSSL::PKey.read(file["server.key"]),
  SSLCACertificateFile: "#{folder}/ca.pem",
  SSLVerifyClient: OpenSSL::SSL::VERIFY_PEER | OpenSSL::SSL::VERIFY_FAIL_IF_NO_PEER_CERT,
}
quiet = WEBrick::Log.new(File::NULL, 0)
server = WEBrick::HTTPServer.new(BindAddress: "127.0.0.1", Port: 0, Logger: quiet, AccessLog: [], RequestTimeout: 10, **(tls || {}))
server.mount("/", Class.new(WEBrick::HTTPServlet::AbstractServlet) do
  def service(request, response)
    response.status, said = answer(request)
    response.body = "#{said}\n"
  end
end)
Thread.new { $stdin.read; exit!(0) }
Thread.new { sleep 120; exit!(1) }
puts server.listeners[0].to_io.local_address.ip_port
$stdout.flush
server.start
