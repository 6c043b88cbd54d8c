/** How machines are switched on and off, and virtual machines. */
import { type Entry, entry } from '../../entry.ts';

export const power = {
  'power.none': entry(
    (f) => `nobody can switch ${f.machine} on or off but by hand`,
    (f) =>
      `One that was added in a chat: /machine set ${f.machine} power=wake (or libvirt:HOST). One of a file, or by ipmi, redfish or command: power in the entry machines.${f.machine}, then /reload.`,
  ),
  'power.nowhere': entry(
    (f) => `no host is there from which ${f.machine} could be switched`,
    () => 'Say which host the boot server is on: boot.host in the configuration, then /reload.',
  ),
  'power.nomac': entry(
    (f) => `${f.machine} cannot be woken: nobody knows its MAC address`,
    (f) =>
      `Add it: /machine set ${f.machine} mac=…, or mac of machines.${f.machine} where that is in a file, then /reload.`,
  ),
  'power.unreachable': entry(
    (f) => `the controller of ${f.machine} at ${f.address} does not answer: ${f.message}`,
    () => 'Does the address of power still fit, and may the host go there?',
  ),
  'power.credentials': entry(
    (f) => `the controller of ${f.machine} at ${f.address} knows no such user with that password`,
    () => 'Mend user and password of power in the configuration, then /reload.',
  ),
  'power.privilege': entry(
    (f) => `the controller of ${f.machine} at ${f.address} lets that user switch nothing`,
    () => 'Make the user an operator there, or name another one as user of power.',
  ),
  'power.certificate': entry(
    (f) =>
      f.pinned
        ? `the controller of ${f.machine} at ${f.address} shows another key than the pinned one`
        : `nobody known has signed the certificate of the controller of ${f.machine} at ${f.address}`,
    (f) =>
      f.pinned
        ? 'If its certificate was renewed, change certificate of power. If not, somebody is in between.'
        : 'If it is the right one, pin its key: certificate of power in the configuration.',
  ),
  'power.refused': entry(
    (f) => `the controller of ${f.machine} at ${f.address} does not do it: ${f.message}`,
    (f) => `Look at the controller, then try again: /machine power ${f.machine} status`,
  ),
  'power.unreadable': entry(
    (f) => `what should tell of ${f.machine} tells something else: ${f.address}`,
    () => 'Is it really the controller, or the program, that power means?',
  ),
  'power.system': entry(
    (f) =>
      f.system
        ? `the controller of ${f.machine} at ${f.address} has no system ${f.system}, but ${f.names}`
        : `the controller of ${f.machine} at ${f.address} has not just one system, but ${f.names}`,
    () => 'Say which one it is: system of power in the configuration, then /reload.',
  ),
  'power.cannot': entry(
    (f) => `${f.machine} cannot be ${f.deed}: its power can do no such thing`,
    () => 'Do it by hand, or give the machine another power.',
  ),
  'power.stays': entry(
    (f) =>
      f.wanted === 'on'
        ? `${f.machine} was switched on, and is still off after ${f.time}`
        : `${f.machine} was switched off, and is still on after ${f.time}`,
    (f) =>
      f.wanted === 'on'
        ? `Look at the machine, or its controller: /machine power ${f.machine} status`
        : `/machine power ${f.machine} off --hard`,
  ),
  'vm.known': entry(
    (f) => `there is a machine ${f.machine} already`,
    (f) => `/machine show ${f.machine}`,
  ),
  'vm.unknown': entry(
    (f) => `there is no virtual machine ${f.machine}${f.near ? `; did you mean ${f.near}?` : ''}`,
    () => '/vm list',
  ),
  'vm.small': entry(
    (f) => `${f.machine} would have less memory than anything boots with`,
    () => 'Give it 64MB at the least; a live system wants 1GB or more.',
  ),
  'vm.taken': entry(
    (f) =>
      f.run
        ? `libvirt on ${f.host} has a virtual machine ${f.machine} already, which ${f.run} made`
        : `libvirt on ${f.host} has a domain ${f.machine} that Muster did not make`,
    (f) =>
      f.run
        ? `It is left alone. Choose another name, or remove it: /vm destroy ${f.machine}`
        : 'It is left alone. Choose another name, or remove it by hand.',
  ),
  'vm.nodomain': entry(
    (f) => `libvirt on ${f.host} has no domain ${f.domain}, which ${f.machine} is to be`,
    () => '/vm list shows what is there.',
  ),
  'vm.nonetwork': entry(
    (f) => `libvirt on ${f.host} has no network ${f.network}; there are: ${f.known}`,
    (f) => `Name one of them, or declare it: tools.libvirt.networks of hosts.${f.host} in the configuration.`,
  ),
  'vm.nolibvirt': entry(
    (f) => `libvirt on ${f.host} does not answer: ${f.message}`,
    () => 'Is libvirtd running there, and may the user of the host use it?',
  ),
  'vm.refused': entry(
    (f) => `libvirt on ${f.host} does not do it: ${f.message}`,
    () => 'The last lines say why; what was begun was taken back.',
  ),
} satisfies Record<string, Entry>;
