/** How machines are switched on and off, and virtual machines. */
export const power = {
  config: {
    address: 'a name or an IP address',
    user: 'printable characters, without a colon',
    https: 'begins with https:// and names a host, and perhaps a port',
    fingerprint: 'SHA256:… of the key of its certificate, as `SHA256:` and 43 characters',
    argv: 'the program first, and not with a dash',
    domain: 'a name of libvirt: letters, digits, dots, dashes, underscores and pluses',
  },

  /** What somebody wants of a machine. */
  deeds: {
    on: 'switched on',
    soft: 'asked to end its operating system',
    hard: 'switched off',
    cycle: 'switched off and on',
  },

  /** Why it could not be switched, after a colon. */
  reasons: {
    silent: 'no answer',
    closed: 'nothing listens there',
    noAddress: 'nobody knows an address for that name',
    tls: 'it speaks no TLS that is still good',
    broken: 'the connection broke',
    suite: 'it does not take that cipher suite',
    state: 'it cannot do that as it is now',
    redirect: 'it points elsewhere, where its password is not sent',
    status: (f: { status: number; words: string }) => `status ${f.status}${f.words ? `, ${f.words}` : ''}`,
    task: (f: { state: string }) => `its task ended as ${f.state}`,
    taskOpen: 'its task does not end',
  },
};

/** What the commands say of themselves. */
export const powerCommands = {};
