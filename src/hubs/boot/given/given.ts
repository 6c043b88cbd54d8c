/** What a machine is given as it boots: all that makes one out of many that boot the same image. Plain data; who it is from is decided elsewhere. */

/** How it is reached where its address is fixed; `address` with the length of its prefix, like `10.77.0.7/24`. */
export interface GivenNetwork {
  mac: string;
  address: string;
  router?: string;
  dns: readonly string[];
}

/** A file of the configuration, as it comes to for this machine. */
export interface GivenFile {
  /** Its name in the configuration. */
  file: string;
  /** Absolute, without `..`. */
  path: string;
  text: string;
  /** Octal, like `0644`. */
  mode: string;
  /** Name or number; root where nothing is said. */
  owner?: string;
  group?: string;
}

export interface Given {
  /** Its name, which is its host name. */
  machine: string;
  network?: GivenNetwork;
  /** By what those know it who log in: the same at every boot. */
  hostKey: {
    /** As OpenSSH keeps it in a file. */
    private: string;
    /** `TYPE BASE64`. */
    public: string;
  };
  /** Who may log in: lines of authorized_keys. */
  logins: readonly { user: string; keys: readonly string[] }[];
  files: readonly GivenFile[];
  /** Units of systemd, in the order in which they are started. */
  services: readonly string[];
  /** What has to be said of it, in words. */
  notes: readonly string[];
}
