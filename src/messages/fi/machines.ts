/** Machines that boot over the network. */
import type { machineCommands as English } from '../en/machines.ts';
import type { Messages } from '../language.ts';

export const machines: Messages['machines'] = {
  config: {
    service: 'systemd-yksikkö, esimerkiksi nginx tai getty@tty1.service',
    kernelLine: 'tulostuvia merkkejä ilman lainausmerkkejä, kenoviivoja ja merkkejä # ja ${',
    uuid: 'UUID on muotoa 4c4c4544-0042-3510-8054-b4c04f4e3232',
  },
  given: {
    nobody: (f) =>
      `kukaan ei voi kirjautua käyttäjänä ${f.user}: ryhmien ${f.groups.join(', ')} avaimia ei tunneta`,
    noKeys: (f) => `lähteen ${f.source} avaimia ei tunneta: ${f.reason}`,
    noCard: (f) => `se ei saa osoitetta ${f.address}: sen MAC-osoitetta ei tunneta`,
    noProfile: (f) => `profiilia ${f.profile} ei ole: kone sai vain nimensä`,
  },
  stacks: {
    byHand: (f) => `${f.machine} on käynnissä, ja sovelluksen ${f.app} kuuluu toimia siellä: ${f.line}`,
    noHost: (f) =>
      `${f.machine} on käynnissä, mutta sovellusta ${f.app} ei voi käynnistää siellä: palvelinta ${f.machine} ei ole. Lisää se osioon hosts (link: ssh), sitten /reload`,
    refused: (f) => `${f.machine} on käynnissä, mutta ${f.line} hylättiin: ${f.reason}`,
  },
};

/** What the commands say of themselves. */
export const machineCommands: typeof English = {};
