/* Linked into static programs for Linux: host names come from /etc/hosts and the DNS, whatever nsswitch.conf says.
   Other sources are shared libraries for the system's own glibc, and to load one into a program that has another
   glibc inside ends the process: `files myhostname dns` on Debian 11 aborts it, on Debian 13 it is a SIGFPE. */
#include <nss.h>

__attribute__((constructor)) static void only_files_and_dns(void) {
    __nss_configure_lookup("hosts", "files dns");
}
