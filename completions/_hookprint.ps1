
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'hookprint' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'hookprint'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'hookprint' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What stdout carries')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'A further report into a file (can be repeated)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The main report into a file instead of stdout')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From where a finding makes the exit code 1')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Count this finding code as info (can be repeated)')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Judge as of this moment (RFC 3339)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for --format json')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Refuse every network access')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Sign a payload: the headers it carries under a scheme and secret')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify a signature, and say exactly why it does not match')
            [CompletionResult]::new('schemes', 'schemes', [CompletionResultType]::ParameterValue, 'List the signature schemes, or show the definition of one')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the man pages')
            break
        }
        'hookprint;sign' {
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'Where the secret is read from: file:PATH, env:NAME, fd:N, stdin or prompt; for schemes with key pairs a private key in PEM')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Id of the delivery, where the scheme has one [default: a random one]')
            [CompletionResult]::new('--timestamp', '--timestamp', [CompletionResultType]::ParameterName, 'Time of signing, RFC 3339 or seconds since 1970 [default: --at, or now]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL that will be called, where the scheme signs it')
            [CompletionResult]::new('--method', '--method', [CompletionResultType]::ParameterName, 'Method of the request, where the scheme signs it')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Header of the request, where the scheme signs it (can be repeated)')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Print nothing but this')
            [CompletionResult]::new('--scheme', '--scheme', [CompletionResultType]::ParameterName, 'Signature scheme: built in (`hookprint schemes`), generic (hmac-sha1, hmac-sha256, hmac-sha512) or of --scheme-file [default: hmac-sha256]')
            [CompletionResult]::new('--scheme-file', '--scheme-file', [CompletionResultType]::ParameterName, 'TOML file with schemes of your own')
            [CompletionResult]::new('--signature-header', '--signature-header', [CompletionResultType]::ParameterName, 'Header that carries the signature [default of the generic schemes: X-Signature]')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'How the signature is written [default of the generic schemes: hex]')
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'Text before the signature, for example sha256=')
            [CompletionResult]::new('--signed', '--signed', [CompletionResultType]::ParameterName, 'What is signed, for example ''{header:X-Timestamp}.{body}''')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What stdout carries')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'A further report into a file (can be repeated)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The main report into a file instead of stdout')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From where a finding makes the exit code 1')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Count this finding code as info (can be repeated)')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Judge as of this moment (RFC 3339)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for --format json')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Refuse every network access')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hookprint;verify' {
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'Where a secret is read from (can be repeated: the current one first, then old ones)')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Header that came with the payload (can be repeated)')
            [CompletionResult]::new('--signature', '--signature', [CompletionResultType]::ParameterName, 'Short for the header of the scheme that carries the signature')
            [CompletionResult]::new('--tolerance', '--tolerance', [CompletionResultType]::ParameterName, 'Greatest distance of the time of signing from now, both ways [default: the scheme''s]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL that the sender called, where the scheme signs it')
            [CompletionResult]::new('--method', '--method', [CompletionResultType]::ParameterName, 'Method of the request, where the scheme signs it')
            [CompletionResult]::new('--scheme', '--scheme', [CompletionResultType]::ParameterName, 'Signature scheme: built in (`hookprint schemes`), generic (hmac-sha1, hmac-sha256, hmac-sha512) or of --scheme-file [default: hmac-sha256]')
            [CompletionResult]::new('--scheme-file', '--scheme-file', [CompletionResultType]::ParameterName, 'TOML file with schemes of your own')
            [CompletionResult]::new('--signature-header', '--signature-header', [CompletionResultType]::ParameterName, 'Header that carries the signature [default of the generic schemes: X-Signature]')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'How the signature is written [default of the generic schemes: hex]')
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'Text before the signature, for example sha256=')
            [CompletionResult]::new('--signed', '--signed', [CompletionResultType]::ParameterName, 'What is signed, for example ''{header:X-Timestamp}.{body}''')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What stdout carries')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'A further report into a file (can be repeated)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The main report into a file instead of stdout')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From where a finding makes the exit code 1')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Count this finding code as info (can be repeated)')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Judge as of this moment (RFC 3339)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured')
            [CompletionResult]::new('--show-expected', '--show-expected', [CompletionResultType]::ParameterName, 'Print the signature that would be right')
            [CompletionResult]::new('--no-diagnose', '--no-diagnose', [CompletionResultType]::ParameterName, 'Do not look for the cause of a mismatch')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for --format json')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Refuse every network access')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hookprint;schemes' {
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only schemes with this text in name, sender, header or algorithm')
            [CompletionResult]::new('--scheme-file', '--scheme-file', [CompletionResultType]::ParameterName, 'TOML file with schemes of your own')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What stdout carries')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'A further report into a file (can be repeated)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The main report into a file instead of stdout')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From where a finding makes the exit code 1')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Count this finding code as info (can be repeated)')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Judge as of this moment (RFC 3339)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured')
            [CompletionResult]::new('--toml', '--toml', [CompletionResultType]::ParameterName, 'Print the table to copy from')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for --format json')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Refuse every network access')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hookprint;completions' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What stdout carries')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'A further report into a file (can be repeated)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The main report into a file instead of stdout')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From where a finding makes the exit code 1')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Count this finding code as info (can be repeated)')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Judge as of this moment (RFC 3339)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for --format json')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Refuse every network access')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hookprint;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write every page into this folder instead')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What stdout carries')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'A further report into a file (can be repeated)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The main report into a file instead of stdout')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From where a finding makes the exit code 1')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Count this finding code as info (can be repeated)')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Judge as of this moment (RFC 3339)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for --format json')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Refuse every network access')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only what is wrong; twice: nothing but the exit code')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail: full chains, handshake parameters, every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
