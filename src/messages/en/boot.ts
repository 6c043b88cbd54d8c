/** The boot server. */
export const boot = {
  config: {
    address: 'an IPv4 address, like 10.77.0.1',
    network: 'an IPv4 network, like 10.77.0.0/24',
    range: 'a range of IPv4 addresses, like 10.77.0.50-10.77.0.150',
    interface: 'a network interface, like eth0: at most 15 letters, digits, dots, dashes and underscores',
  },
};
