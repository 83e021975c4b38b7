_hookprint() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="hookprint"
                ;;
            hookprint,audit)
                cmd="hookprint__subcmd__audit"
                ;;
            hookprint,check)
                cmd="hookprint__subcmd__check"
                ;;
            hookprint,completions)
                cmd="hookprint__subcmd__completions"
                ;;
            hookprint,demo)
                cmd="hookprint__subcmd__demo"
                ;;
            hookprint,diff)
                cmd="hookprint__subcmd__diff"
                ;;
            hookprint,explain)
                cmd="hookprint__subcmd__explain"
                ;;
            hookprint,help)
                cmd="hookprint__subcmd__help"
                ;;
            hookprint,inspect)
                cmd="hookprint__subcmd__inspect"
                ;;
            hookprint,listen)
                cmd="hookprint__subcmd__listen"
                ;;
            hookprint,man)
                cmd="hookprint__subcmd__man"
                ;;
            hookprint,merge)
                cmd="hookprint__subcmd__merge"
                ;;
            hookprint,mint)
                cmd="hookprint__subcmd__mint"
                ;;
            hookprint,probe)
                cmd="hookprint__subcmd__probe"
                ;;
            hookprint,replay)
                cmd="hookprint__subcmd__replay"
                ;;
            hookprint,schemes)
                cmd="hookprint__subcmd__schemes"
                ;;
            hookprint,send)
                cmd="hookprint__subcmd__send"
                ;;
            hookprint,sign)
                cmd="hookprint__subcmd__sign"
                ;;
            hookprint,thumbprint)
                cmd="hookprint__subcmd__thumbprint"
                ;;
            hookprint,verify)
                cmd="hookprint__subcmd__verify"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        hookprint)
            opts="-q -v -h -V --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version thumbprint inspect sign verify replay send listen probe audit check diff explain schemes merge mint demo completions man help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__audit)
            opts="-H -4 -6 -q -v -h -V --explain --request --payload --method --header --scheme --secret --token --id --scheme-file --override-scheme --allow-token-scheme --signature-header --encoding --prefix --signed --param --audience --issuer --email --subject --body-claim --test-ca --allowed-thumbprint --allowed-name --also --only --skip --tolerance --replay-allowed --baseline --accepted --refused-body --accepted-body --patience --i-own-this-host --rate --max-requests --dry-run --evidence --insecure --cert --key --password --alias --allow-files --var --env --max-ratio --cafile --cacert --ca --pin --pin-file --connect --resolve --ipv4 --ipv6 --proxy --retries --timeout --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --explain)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --request)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --payload)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --method)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -H)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --scheme)
                    COMPREPLY=($(compgen -W "kindly github github-sha1 gitlab-token gitlab bitbucket-cloud bitbucket-server gitea forgejo gogs stripe slack standard-webhooks standard-webhooks-v1a svix openai polar supabase-auth-hook ada paddle elevenlabs calendly workos dixa zoho-payments tabapay exa telnyx-v1 retell zoom webflow twitch zendesk close-crm hubspot-v3 hubspot-v2 hubspot-v1 box sinch-conversation sinch-numbers sinch-callback vipps shopify intercom meta line telegram viber discord ms-teams-outgoing mailgun sendgrid square trello twilio twilio-json plivo-v2 adyen-header adyen-standard lemon-squeezy dropbox asana linear notion typeform genesys-open-messaging sentry pagerduty circleci vercel docusign xero quickbooks woocommerce webex coinbase-commerce razorpay mollie heroku jira kick botpress-chat oracle-digital-assistant vapi hookdeck gocardless pusher calcom attio clickup cursor fourthwall jobber checkr autotask aftership aftership-tracking worldpay coinify datasaur toast scalr connectwise convergegate postmark brevo aws-sns aws-sns-v1 launchdarkly contentful inngest sanity mux braintree mercadopago telnyx paypal easypost fingerprint onfido stream plivo-v3 cashfree wechat-pay alipay hygraph alexa liveblocks orb kontent-ai dropbox-sign uploadthing cloudinary cloudinary-sha256 wise moonpay aiprise ascend akeneo ashby airwallex bridge-api airtable attentive circle clio customerio favro front enode fireflies fastspring faundit knock linkedin nylas paystack picqer pylon recharge revolut token-io huggingface chargebee coinbase-cdp ebay jwt google-id-token http-message-signature plaid livekit qstash vonage messagebird netlify fusionauth app-store hmac-sha1 hmac-sha256 hmac-sha384 hmac-sha512" -- "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --token)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --scheme-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signature-header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --encoding)
                    COMPREPLY=($(compgen -W "hex base64 base64url" -- "${cur}"))
                    return 0
                    ;;
                --prefix)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --param)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --audience)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --issuer)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --email)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --subject)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --body-claim)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --test-ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-thumbprint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --also)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only)
                    COMPREPLY=($(compgen -W "signature time replay certificate headers doors robustness" -- "${cur}"))
                    return 0
                    ;;
                --skip)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --tolerance)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --baseline)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --accepted)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --refused-body)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --accepted-body)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --patience)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-requests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --evidence)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --alias)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --var)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --env)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-ratio)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cafile)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cacert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --connect)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --resolve)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --proxy)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retries)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__check)
            opts="-q -v -h -V --name --tag --only --init --validate --list --jobs --shard --shard-by --origin --first-line --state --changes-only --unused-after --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --tag)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only)
                    COMPREPLY=($(compgen -W "endpoint bundle signature probe audit trust rotation" -- "${cur}"))
                    return 0
                    ;;
                --jobs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shard)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shard-by)
                    COMPREPLY=($(compgen -W "place hash" -- "${cur}"))
                    return 0
                    ;;
                --origin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --first-line)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --unused-after)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__completions)
            opts="-q -v -h -V --install --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version bash elvish fish powershell zsh"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__demo)
            opts="-q -v -h -V --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__diff)
            opts="-4 -6 -q -v -h -V --passin --password --cafile --cacert --ca --pin --pin-file --provider --providers-file --sni --servername --starttls --connect --resolve --ipv4 --ipv6 --proxy --timeout --retries --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --passin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cafile)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cacert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --provider)
                    COMPREPLY=($(compgen -W "webex-connect dialogflow-cx dialogflow-es adobe-sign svix gitlab fireblocks upvest minio servicenow salesforce-callouts kibana camunda convoy checkly cm-com pagerduty docusign meta slack klarna shopify-payments mastercard salesforce-messages worldpay wise plain kindly okta event-grid eventbridge adyen" -- "${cur}"))
                    return 0
                    ;;
                --providers-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --servername)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --sni)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --starttls)
                    COMPREPLY=($(compgen -W "smtp imap pop3 lmtp sieve ftp ldap postgres mysql xmpp xmpp-server" -- "${cur}"))
                    return 0
                    ;;
                --connect)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --resolve)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --proxy)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retries)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__explain)
            opts="-q -v -h -V --from --list --cert --key --password --alias --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over alias-ambiguous answers-alike capture-contradicts capture-torn certificate-missing client-certificate-late closed closed-pipe control-refused count-differs demo-failed disk-full dns end-mark-missing exists files-not-allowed http-malformed http-status input-changed interrupted journal-in-use journal-mismatch key-mismatch key-missing malformed not-found not-known not-tls nothing-checked offline outcome-unknown own-limit password-required password-wrong permission proxy refused reset resume-mismatch secret-empty secret-malformed secret-published shard-double shard-missing signature-incomplete signed-body-unknown starttls-refused state-in-use stopped-early timeout tls-alert tls-error too-large unclear unreachable unreadable unrecognised unsupported untrusted usage variable-unknown write"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --from)
                    COMPREPLY=($(compgen -W ".NET any Apache Browsers Cloudflare curl Envoy GnuTLS Go HAProxy hookprint IIS Java nginx Node OpenSSL PHP Python rustls Schannel SDK stunnel TLS Windows" -- "${cur}"))
                    return 0
                    ;;
                --list)
                    COMPREPLY=($(compgen -W "codes alerts audit messages" -- "${cur}"))
                    return 0
                    ;;
                --cert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --alias)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__help)
            opts="-q -v -h -V --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version thumbprint inspect sign verify replay send listen probe audit check diff explain schemes merge mint demo completions man"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__inspect)
            opts="-w -c -q -v -h -V --passin --password --warn --crit --for --sni --servername --cafile --cacert --roots --ca --verify-depth --alias --key --provider --providers-file --trusts --chain --calendar --pin --pin-file --expect-count --password-key --no-keys --exclude --no-ignore --max-ratio --shard --shard-by --origin --first-line --resume --pem --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --passin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --warn)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -w)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --crit)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -c)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --for)
                    COMPREPLY=($(compgen -W "client server" -- "${cur}"))
                    return 0
                    ;;
                --servername)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --sni)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cafile)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cacert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --roots)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --verify-depth)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --alias)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --provider)
                    COMPREPLY=($(compgen -W "webex-connect dialogflow-cx dialogflow-es adobe-sign svix gitlab fireblocks upvest minio servicenow salesforce-callouts kibana camunda convoy checkly cm-com pagerduty docusign meta slack klarna shopify-payments mastercard salesforce-messages worldpay wise plain kindly okta event-grid eventbridge adyen" -- "${cur}"))
                    return 0
                    ;;
                --providers-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --trusts)
                    COMPREPLY=($(compgen -W "webex-connect dialogflow-cx dialogflow-es adobe-sign svix gitlab fireblocks upvest minio servicenow salesforce-callouts kibana camunda convoy checkly cm-com pagerduty docusign meta slack klarna shopify-payments mastercard salesforce-messages worldpay wise plain kindly okta event-grid eventbridge adyen" -- "${cur}"))
                    return 0
                    ;;
                --chain)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --calendar)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --expect-count)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --password-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --exclude)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-ratio)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shard)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shard-by)
                    COMPREPLY=($(compgen -W "place hash" -- "${cur}"))
                    return 0
                    ;;
                --origin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --first-line)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__listen)
            opts="-q -v -h -V --addr --plain --allow-remote --cert --key --password --alias --client-cert --client-ca --client-pin --verify --secret --scheme-file --override-scheme --allow-token-scheme --signature-header --encoding --prefix --signed --param --url --trust-forwarded --tolerance --no-diagnose --diagnose-time --jwks --audience --issuer --email --subject --body-claim --signing-cert --signing-ca --require-component --enforce --capture --sync --redact --prometheus-file --forward --forward-ca --forward-client-cert --challenge --verify-token --respond --respond-header --delay --close --max-body --max-memory --timeout --count --for --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --addr)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --alias)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --client-cert)
                    COMPREPLY=($(compgen -W "off request require" -- "${cur}"))
                    return 0
                    ;;
                --client-ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --client-pin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --verify)
                    COMPREPLY=($(compgen -W "kindly github github-sha1 gitlab-token gitlab bitbucket-cloud bitbucket-server gitea forgejo gogs stripe slack standard-webhooks standard-webhooks-v1a svix openai polar supabase-auth-hook ada paddle elevenlabs calendly workos dixa zoho-payments tabapay exa telnyx-v1 retell zoom webflow twitch zendesk close-crm hubspot-v3 hubspot-v2 hubspot-v1 box sinch-conversation sinch-numbers sinch-callback vipps shopify intercom meta line telegram viber discord ms-teams-outgoing mailgun sendgrid square trello twilio twilio-json plivo-v2 adyen-header adyen-standard lemon-squeezy dropbox asana linear notion typeform genesys-open-messaging sentry pagerduty circleci vercel docusign xero quickbooks woocommerce webex coinbase-commerce razorpay mollie heroku jira kick botpress-chat oracle-digital-assistant vapi hookdeck gocardless pusher calcom attio clickup cursor fourthwall jobber checkr autotask aftership aftership-tracking worldpay coinify datasaur toast scalr connectwise convergegate postmark brevo aws-sns aws-sns-v1 launchdarkly contentful inngest sanity mux braintree mercadopago telnyx paypal easypost fingerprint onfido stream plivo-v3 cashfree wechat-pay alipay hygraph alexa liveblocks orb kontent-ai dropbox-sign uploadthing cloudinary cloudinary-sha256 wise moonpay aiprise ascend akeneo ashby airwallex bridge-api airtable attentive circle clio customerio favro front enode fireflies fastspring faundit knock linkedin nylas paystack picqer pylon recharge revolut token-io huggingface chargebee coinbase-cdp ebay jwt google-id-token http-message-signature plaid livekit qstash vonage messagebird netlify fusionauth app-store hmac-sha1 hmac-sha256 hmac-sha384 hmac-sha512" -- "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --scheme-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signature-header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --encoding)
                    COMPREPLY=($(compgen -W "hex base64 base64url" -- "${cur}"))
                    return 0
                    ;;
                --prefix)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --param)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --tolerance)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --diagnose-time)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --jwks)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --audience)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --issuer)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --email)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --subject)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --body-claim)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signing-cert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signing-ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --require-component)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --capture)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --prometheus-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --forward)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --forward-ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --forward-client-cert)
                    COMPREPLY=($(compgen -W "rfc9440 xfcc" -- "${cur}"))
                    return 0
                    ;;
                --challenge)
                    COMPREPLY=($(compgen -W "meta zoom slack ebay microsoft-graph event-grid twitch dropbox x xero" -- "${cur}"))
                    return 0
                    ;;
                --verify-token)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --respond)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --respond-header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --delay)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-body)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-memory)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --count)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --for)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__man)
            opts="-q -v -h -V --dir --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version thumbprint inspect sign verify replay send listen probe audit check diff explain schemes merge mint demo completions man schemes.5"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__merge)
            opts="-q -v -h -V --expect --max-ratio --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --expect)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-ratio)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__mint)
            opts="-q -v -h -V --password --name --days --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__probe)
            opts="-H -4 -6 -q -v -h -V --accept --reject --key --alias --password --test-ca --expect --tls --all-ips --servername --insecure --method --payload --header --resign --secret --scheme-file --override-scheme --allow-token-scheme --signature-header --encoding --prefix --signed --param --patience --resume --side-doors --also --until --every --for --stay --rate --jobs --dry-run --cafile --cacert --ca --pin --pin-file --connect --resolve --ipv4 --ipv6 --proxy --retries --timeout --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --accept)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reject)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --alias)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --test-ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --expect)
                    COMPREPLY=($(compgen -W "required optional not-requested" -- "${cur}"))
                    return 0
                    ;;
                --tls)
                    COMPREPLY=($(compgen -W "1.2 1.3" -- "${cur}"))
                    return 0
                    ;;
                --all-ips)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --servername)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --method)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --payload)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -H)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --resign)
                    COMPREPLY=($(compgen -W "kindly github github-sha1 gitlab-token gitlab bitbucket-cloud bitbucket-server gitea forgejo gogs stripe slack standard-webhooks standard-webhooks-v1a svix openai polar supabase-auth-hook ada paddle elevenlabs calendly workos dixa zoho-payments tabapay exa telnyx-v1 retell zoom webflow twitch zendesk close-crm hubspot-v3 hubspot-v2 hubspot-v1 box sinch-conversation sinch-numbers sinch-callback vipps shopify intercom meta line telegram viber discord ms-teams-outgoing mailgun sendgrid square trello twilio twilio-json plivo-v2 adyen-header adyen-standard lemon-squeezy dropbox asana linear notion typeform genesys-open-messaging sentry pagerduty circleci vercel docusign xero quickbooks woocommerce webex coinbase-commerce razorpay mollie heroku jira kick botpress-chat oracle-digital-assistant vapi hookdeck gocardless pusher calcom attio clickup cursor fourthwall jobber checkr autotask aftership aftership-tracking worldpay coinify datasaur toast scalr connectwise convergegate postmark brevo aws-sns aws-sns-v1 launchdarkly contentful inngest sanity mux braintree mercadopago telnyx paypal easypost fingerprint onfido stream plivo-v3 cashfree wechat-pay alipay hygraph alexa liveblocks orb kontent-ai dropbox-sign uploadthing cloudinary cloudinary-sha256 wise moonpay aiprise ascend akeneo ashby airwallex bridge-api airtable attentive circle clio customerio favro front enode fireflies fastspring faundit knock linkedin nylas paystack picqer pylon recharge revolut token-io huggingface chargebee coinbase-cdp ebay jwt google-id-token http-message-signature plaid livekit qstash vonage messagebird netlify fusionauth app-store hmac-sha1 hmac-sha256 hmac-sha384 hmac-sha512" -- "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --scheme-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signature-header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --encoding)
                    COMPREPLY=($(compgen -W "hex base64 base64url" -- "${cur}"))
                    return 0
                    ;;
                --prefix)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --param)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --patience)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --also)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --until)
                    COMPREPLY=($(compgen -W "pass" -- "${cur}"))
                    return 0
                    ;;
                --every)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --for)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --stay)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --jobs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cafile)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cacert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --connect)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --resolve)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --proxy)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retries)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__replay)
            opts="-H -4 -6 -q -v -h -V --payload --method --resign --secret --id --strip-credentials --filter --limit --journal --to --scheme-file --override-scheme --allow-token-scheme --signature-header --encoding --prefix --signed --param --audience --issuer --email --subject --body-claim --header --repeat --jobs --rate --resend-unknown --expect --dry-run --insecure --tls --connect-timeout --handshake-timeout --answer-timeout --cert --key --password --alias --cafile --cacert --ca --pin --pin-file --connect --resolve --ipv4 --ipv6 --proxy --timeout --retries --allow-files --var --env --max-ratio --shard --shard-by --origin --first-line --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --payload)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --method)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --resign)
                    COMPREPLY=($(compgen -W "kindly github github-sha1 gitlab-token gitlab bitbucket-cloud bitbucket-server gitea forgejo gogs stripe slack standard-webhooks standard-webhooks-v1a svix openai polar supabase-auth-hook ada paddle elevenlabs calendly workos dixa zoho-payments tabapay exa telnyx-v1 retell zoom webflow twitch zendesk close-crm hubspot-v3 hubspot-v2 hubspot-v1 box sinch-conversation sinch-numbers sinch-callback vipps shopify intercom meta line telegram viber discord ms-teams-outgoing mailgun sendgrid square trello twilio twilio-json plivo-v2 adyen-header adyen-standard lemon-squeezy dropbox asana linear notion typeform genesys-open-messaging sentry pagerduty circleci vercel docusign xero quickbooks woocommerce webex coinbase-commerce razorpay mollie heroku jira kick botpress-chat oracle-digital-assistant vapi hookdeck gocardless pusher calcom attio clickup cursor fourthwall jobber checkr autotask aftership aftership-tracking worldpay coinify datasaur toast scalr connectwise convergegate postmark brevo aws-sns aws-sns-v1 launchdarkly contentful inngest sanity mux braintree mercadopago telnyx paypal easypost fingerprint onfido stream plivo-v3 cashfree wechat-pay alipay hygraph alexa liveblocks orb kontent-ai dropbox-sign uploadthing cloudinary cloudinary-sha256 wise moonpay aiprise ascend akeneo ashby airwallex bridge-api airtable attentive circle clio customerio favro front enode fireflies fastspring faundit knock linkedin nylas paystack picqer pylon recharge revolut token-io huggingface chargebee coinbase-cdp ebay jwt google-id-token http-message-signature plaid livekit qstash vonage messagebird netlify fusionauth app-store hmac-sha1 hmac-sha256 hmac-sha384 hmac-sha512" -- "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --filter)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --journal)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --scheme-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signature-header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --encoding)
                    COMPREPLY=($(compgen -W "hex base64 base64url" -- "${cur}"))
                    return 0
                    ;;
                --prefix)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --param)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --audience)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --issuer)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --email)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --subject)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --body-claim)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -H)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --repeat)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --jobs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --expect)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --tls)
                    COMPREPLY=($(compgen -W "1.2 1.3" -- "${cur}"))
                    return 0
                    ;;
                --connect-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --handshake-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --answer-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --alias)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cafile)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cacert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --connect)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --resolve)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --proxy)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retries)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --var)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --env)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-ratio)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shard)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shard-by)
                    COMPREPLY=($(compgen -W "place hash" -- "${cur}"))
                    return 0
                    ;;
                --origin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --first-line)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__schemes)
            opts="-q -v -h -V --filter --scheme-file --toml --init --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version kindly github github-sha1 gitlab-token gitlab bitbucket-cloud bitbucket-server gitea forgejo gogs stripe slack standard-webhooks standard-webhooks-v1a svix openai polar supabase-auth-hook ada paddle elevenlabs calendly workos dixa zoho-payments tabapay exa telnyx-v1 retell zoom webflow twitch zendesk close-crm hubspot-v3 hubspot-v2 hubspot-v1 box sinch-conversation sinch-numbers sinch-callback vipps shopify intercom meta line telegram viber discord ms-teams-outgoing mailgun sendgrid square trello twilio twilio-json plivo-v2 adyen-header adyen-standard lemon-squeezy dropbox asana linear notion typeform genesys-open-messaging sentry pagerduty circleci vercel docusign xero quickbooks woocommerce webex coinbase-commerce razorpay mollie heroku jira kick botpress-chat oracle-digital-assistant vapi hookdeck gocardless pusher calcom attio clickup cursor fourthwall jobber checkr autotask aftership aftership-tracking worldpay coinify datasaur toast scalr connectwise convergegate postmark brevo aws-sns aws-sns-v1 launchdarkly contentful inngest sanity mux braintree mercadopago telnyx paypal easypost fingerprint onfido stream plivo-v3 cashfree wechat-pay alipay hygraph alexa liveblocks orb kontent-ai dropbox-sign uploadthing cloudinary cloudinary-sha256 wise moonpay aiprise ascend akeneo ashby airwallex bridge-api airtable attentive circle clio customerio favro front enode fireflies fastspring faundit knock linkedin nylas paystack picqer pylon recharge revolut token-io huggingface chargebee coinbase-cdp ebay jwt google-id-token http-message-signature plaid livekit qstash vonage messagebird netlify fusionauth app-store hmac-sha1 hmac-sha256 hmac-sha384 hmac-sha512"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --filter)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --scheme-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --init)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__send)
            opts="-H -4 -6 -q -v -h -V --payload --secret --event --id --set --scheme-file --override-scheme --allow-token-scheme --signature-header --encoding --prefix --signed --param --audience --issuer --email --subject --body-claim --header --jobs --rate --resend-unknown --expect --insecure --tls --connect-timeout --handshake-timeout --answer-timeout --cert --key --password --alias --cafile --cacert --ca --pin --pin-file --connect --resolve --ipv4 --ipv6 --proxy --timeout --retries --repeat --to --dry-run --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version kindly github github-sha1 gitlab-token gitlab bitbucket-cloud bitbucket-server gitea forgejo gogs stripe slack standard-webhooks standard-webhooks-v1a svix openai polar supabase-auth-hook ada paddle elevenlabs calendly workos dixa zoho-payments tabapay exa telnyx-v1 retell zoom webflow twitch zendesk close-crm hubspot-v3 hubspot-v2 hubspot-v1 box sinch-conversation sinch-numbers sinch-callback vipps shopify intercom meta line telegram viber discord ms-teams-outgoing mailgun sendgrid square trello twilio twilio-json plivo-v2 adyen-header adyen-standard lemon-squeezy dropbox asana linear notion typeform genesys-open-messaging sentry pagerduty circleci vercel docusign xero quickbooks woocommerce webex coinbase-commerce razorpay mollie heroku jira kick botpress-chat oracle-digital-assistant vapi hookdeck gocardless pusher calcom attio clickup cursor fourthwall jobber checkr autotask aftership aftership-tracking worldpay coinify datasaur toast scalr connectwise convergegate postmark brevo aws-sns aws-sns-v1 launchdarkly contentful inngest sanity mux braintree mercadopago telnyx paypal easypost fingerprint onfido stream plivo-v3 cashfree wechat-pay alipay hygraph alexa liveblocks orb kontent-ai dropbox-sign uploadthing cloudinary cloudinary-sha256 wise moonpay aiprise ascend akeneo ashby airwallex bridge-api airtable attentive circle clio customerio favro front enode fireflies fastspring faundit knock linkedin nylas paystack picqer pylon recharge revolut token-io huggingface chargebee coinbase-cdp ebay jwt google-id-token http-message-signature plaid livekit qstash vonage messagebird netlify fusionauth app-store hmac-sha1 hmac-sha256 hmac-sha384 hmac-sha512"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --payload)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --event)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --set)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --scheme-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signature-header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --encoding)
                    COMPREPLY=($(compgen -W "hex base64 base64url" -- "${cur}"))
                    return 0
                    ;;
                --prefix)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --param)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --audience)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --issuer)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --email)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --subject)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --body-claim)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -H)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --jobs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --expect)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --tls)
                    COMPREPLY=($(compgen -W "1.2 1.3" -- "${cur}"))
                    return 0
                    ;;
                --connect-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --handshake-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --answer-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --alias)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cafile)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cacert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --connect)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --resolve)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --proxy)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retries)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --repeat)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__sign)
            opts="-H -q -v -h -V --secret --id --timestamp --url --method --header --only --scheme --scheme-file --override-scheme --allow-token-scheme --signature-header --encoding --prefix --signed --param --audience --issuer --email --subject --body-claim --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timestamp)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --method)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -H)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only)
                    COMPREPLY=($(compgen -W "value signature" -- "${cur}"))
                    return 0
                    ;;
                --scheme)
                    COMPREPLY=($(compgen -W "kindly github github-sha1 gitlab-token gitlab bitbucket-cloud bitbucket-server gitea forgejo gogs stripe slack standard-webhooks standard-webhooks-v1a svix openai polar supabase-auth-hook ada paddle elevenlabs calendly workos dixa zoho-payments tabapay exa telnyx-v1 retell zoom webflow twitch zendesk close-crm hubspot-v3 hubspot-v2 hubspot-v1 box sinch-conversation sinch-numbers sinch-callback vipps shopify intercom meta line telegram viber discord ms-teams-outgoing mailgun sendgrid square trello twilio twilio-json plivo-v2 adyen-header adyen-standard lemon-squeezy dropbox asana linear notion typeform genesys-open-messaging sentry pagerduty circleci vercel docusign xero quickbooks woocommerce webex coinbase-commerce razorpay mollie heroku jira kick botpress-chat oracle-digital-assistant vapi hookdeck gocardless pusher calcom attio clickup cursor fourthwall jobber checkr autotask aftership aftership-tracking worldpay coinify datasaur toast scalr connectwise convergegate postmark brevo aws-sns aws-sns-v1 launchdarkly contentful inngest sanity mux braintree mercadopago telnyx paypal easypost fingerprint onfido stream plivo-v3 cashfree wechat-pay alipay hygraph alexa liveblocks orb kontent-ai dropbox-sign uploadthing cloudinary cloudinary-sha256 wise moonpay aiprise ascend akeneo ashby airwallex bridge-api airtable attentive circle clio customerio favro front enode fireflies fastspring faundit knock linkedin nylas paystack picqer pylon recharge revolut token-io huggingface chargebee coinbase-cdp ebay jwt google-id-token http-message-signature plaid livekit qstash vonage messagebird netlify fusionauth app-store hmac-sha1 hmac-sha256 hmac-sha384 hmac-sha512" -- "${cur}"))
                    return 0
                    ;;
                --scheme-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signature-header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --encoding)
                    COMPREPLY=($(compgen -W "hex base64 base64url" -- "${cur}"))
                    return 0
                    ;;
                --prefix)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --param)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --audience)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --issuer)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --email)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --subject)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --body-claim)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__thumbprint)
            opts="-w -c -4 -6 -q -v -h -V --targets --max-ratio --only --as --chain --all-ips --both-keys --tries --shard --shard-by --origin --first-line --resume --jobs --warn --crit --pin --pin-file --connect --resolve --ipv4 --ipv6 --proxy --timeout --retries --sni --servername --no-servername --starttls --cafile --cacert --ca --cert --key --password --alias --insecure --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --targets)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-ratio)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only)
                    COMPREPLY=($(compgen -W "sha1 sha256 spki" -- "${cur}"))
                    return 0
                    ;;
                --as)
                    COMPREPLY=($(compgen -W "openssl openssl-sha1 dotnet node nginx haproxy envoy envoy-spki cloudflare curl x5t x5t#S256 tlsa all" -- "${cur}"))
                    return 0
                    ;;
                --tries)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shard)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shard-by)
                    COMPREPLY=($(compgen -W "place hash" -- "${cur}"))
                    return 0
                    ;;
                --origin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --first-line)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --jobs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --warn)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -w)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --crit)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -c)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pin-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --connect)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --resolve)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --proxy)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retries)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --servername)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --sni)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --starttls)
                    COMPREPLY=($(compgen -W "smtp imap pop3 lmtp sieve ftp ldap postgres mysql xmpp xmpp-server" -- "${cur}"))
                    return 0
                    ;;
                --ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cafile)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cacert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --alias)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        hookprint__subcmd__verify)
            opts="-H -q -v -h -V --secret --header --signature --tolerance --url --trust-forwarded --method --show-expected --no-diagnose --diagnose-time --diagnose-first --write-signed-body --shard --shard-by --origin --first-line --resume --scheme --scheme-file --override-scheme --allow-token-scheme --signature-header --encoding --prefix --signed --param --allow-files --var --env --max-ratio --jwks --audience --issuer --email --subject --body-claim --signing-cert --signing-ca --require-component --format --json --report --output --fail-on --exit --end-mark --allow --at --color --offline --show-secrets --quiet --verbose --help --version"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -H)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --tolerance)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --method)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --diagnose-time)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --diagnose-first)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --write-signed-body)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shard)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shard-by)
                    COMPREPLY=($(compgen -W "place hash" -- "${cur}"))
                    return 0
                    ;;
                --origin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --first-line)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --scheme)
                    COMPREPLY=($(compgen -W "auto kindly github github-sha1 gitlab-token gitlab bitbucket-cloud bitbucket-server gitea forgejo gogs stripe slack standard-webhooks standard-webhooks-v1a svix openai polar supabase-auth-hook ada paddle elevenlabs calendly workos dixa zoho-payments tabapay exa telnyx-v1 retell zoom webflow twitch zendesk close-crm hubspot-v3 hubspot-v2 hubspot-v1 box sinch-conversation sinch-numbers sinch-callback vipps shopify intercom meta line telegram viber discord ms-teams-outgoing mailgun sendgrid square trello twilio twilio-json plivo-v2 adyen-header adyen-standard lemon-squeezy dropbox asana linear notion typeform genesys-open-messaging sentry pagerduty circleci vercel docusign xero quickbooks woocommerce webex coinbase-commerce razorpay mollie heroku jira kick botpress-chat oracle-digital-assistant vapi hookdeck gocardless pusher calcom attio clickup cursor fourthwall jobber checkr autotask aftership aftership-tracking worldpay coinify datasaur toast scalr connectwise convergegate postmark brevo aws-sns aws-sns-v1 launchdarkly contentful inngest sanity mux braintree mercadopago telnyx paypal easypost fingerprint onfido stream plivo-v3 cashfree wechat-pay alipay hygraph alexa liveblocks orb kontent-ai dropbox-sign uploadthing cloudinary cloudinary-sha256 wise moonpay aiprise ascend akeneo ashby airwallex bridge-api airtable attentive circle clio customerio favro front enode fireflies fastspring faundit knock linkedin nylas paystack picqer pylon recharge revolut token-io huggingface chargebee coinbase-cdp ebay jwt google-id-token http-message-signature plaid livekit qstash vonage messagebird netlify fusionauth app-store hmac-sha1 hmac-sha256 hmac-sha384 hmac-sha512" -- "${cur}"))
                    return 0
                    ;;
                --scheme-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signature-header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --encoding)
                    COMPREPLY=($(compgen -W "hex base64 base64url" -- "${cur}"))
                    return 0
                    ;;
                --prefix)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --param)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --var)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --env)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-ratio)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --jwks)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --audience)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --issuer)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --email)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --subject)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --body-claim)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signing-cert)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signing-ca)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --require-component)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json ndjson csv junit sarif github prometheus nagios markdown html ics" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    COMPREPLY=($(compgen -W "human= json= ndjson= csv= junit= sarif= github= prometheus= nagios= markdown= html= ics=" -- "${cur}"))
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "warning critical never" -- "${cur}"))
                    return 0
                    ;;
                --exit)
                    COMPREPLY=($(compgen -W "verdict complete" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "certificate-expired certificate-foreign certificate-expires-soon renewal-breaks-pin renewal-loses-name renewal-loses-purpose renewal-issuer-new renewal-weaker renewal-gap renewal-unreadable renewal-missing trust-missing trust-missing-next anchor-expired anchor-not-ca certificate-not-yet-valid key-mismatch pin-mismatch signature-mismatch challenge-refused signature-missing signature-malformed signature-stale signature-in-future algorithm-mismatch token-invalid status-unexpected client-certificate-refused client-certificate-not-enforced client-certificate-not-verified enforcement-differs resumption-differs rotation-gap forged-accepted good-refused secret-echoed rotation-impossible old-still-accepted renewed-not-served side-door-open client-certificate-missing purpose-missing chain-incomplete chain-invalid issuer-unknown name-mismatch key-missing provider-refuses chain-out-of-order self-signed key-weak signature-weak protocol-obsolete signature-replay-unbounded tolerance-wide server-error challenge-reflected baseline-stale thumbprint-differs possession-unproven policy-writable pin-old flapping overdue state-lost pin-invisible-character signature-old-secret signature-spelling signature-untimed secret-weak secret-file-readable secret-pasted capture-readable key-readable key-unlisted alias-ambiguous protection-weak pem-not-standard purpose-ends lifetime-too-long redirected response-malformed client-certificate-not-requested client-certificate-late clock-skew identity-not-offered check-skipped chain-superfluous integrity-unverified certificate-changed pin-unused pin-digest-unlikely body-length-differs coverage-thin token-without-expiry token-subject-unchecked keys-stale body-uncovered credentials-carried provider-fact-old protection-fact-old calendar-fact-old scheme-fact-old scheme-without-time tolerance-two-sided refusal-tells-why body-rebuilt head-rebuilt entries-passed-over" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _hookprint -o nosort -o bashdefault -o default hookprint
else
    complete -F _hookprint -o bashdefault -o default hookprint
fi
