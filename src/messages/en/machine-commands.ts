/** What the commands for machines say of themselves. */
export const machineCommands = {
  'machine list': {
    summary: 'The machines that boot from here, and how each stands',
    description: 'Below them are those that asked for an image and that nobody knows.',
    fields: { which: 'only these: names, or label:NAME' },
  },
  'machine show': {
    summary: 'One machine: what it is, what it boots and why, and its last boots',
    fields: { machine: 'its name, or a MAC address of it' },
  },
  'machine why': {
    summary: 'How the last boot of a machine went, stage by stage, and why it failed',
    fields: { machine: 'its name, or a MAC address of it' },
  },
  'machine add': {
    summary: 'Add a machine without a file',
    description: 'What stands in a file of the same name counts first.',
    fields: {
      machine: 'its name',
      mac: 'the MAC address of a network card',
      uuid: 'its UUID, as its firmware says it',
      serial: 'its serial number, as its firmware says it',
      label: 'labels, like canary',
      profile: 'what it is to be',
      image: "its image, or one version of it; its profile's by default",
      address: 'its address, where that is fixed, like 10.77.0.7/24',
    },
  },
  'machine adopt': {
    summary: 'Take in a machine that asked for an image and that nobody knows',
    fields: {
      mac: 'the MAC address by which it asked',
      name: 'what it is to be called',
      label: 'labels, like canary',
      profile: 'what it is to be',
    },
  },
  'machine set': {
    summary: 'Set what a machine is: image=, profile=, labels=, kernel=, address=, mac=, power=',
    description:
      'Of a machine of a file, only image= can be set: a version is assigned to it, and the name of its image makes it follow its configuration again.',
    fields: { machine: 'the machine', settings: 'like image=debian-live or labels=canary,rack-2' },
  },
  'machine remove': {
    summary: 'Forget a machine that was added in a chat',
    fields: { machine: 'the machine' },
  },
  'machine boot': {
    summary: 'Boot a machine, and follow it until it is up',
    description:
      'It is switched off and on, or restarted over ssh where a host of its name is reached so; else somebody has to do that. Where it does not come up, what it boots is put back.',
    fields: {
      machine: 'the machine',
      image: 'boot this version, or the promoted one of this image, from now on',
      once: 'only this time',
    },
  },
  'boot plan': {
    summary: 'What somebody would boot now, and why; nothing is changed',
    fields: { who: 'a machine, or a MAC address', firmware: 'by which firmware it asks' },
  },
  'image rollout': {
    summary: 'Bring machines to a version of their image, the canary first',
    description:
      'Machines labelled canary come first. The next wave begins once all of the one before are up and healthy; the first that is not ends it, and all go back to the version that they had.',
    fields: {
      image: 'the version, or the image whose promoted version it is',
      to: 'only these: names, or label:NAME',
      waves: 'how many machines each, one after the other',
    },
  },
};
