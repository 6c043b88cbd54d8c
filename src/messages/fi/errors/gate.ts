/** Containers and managers at the door of the hub. */
import { type Entry, entry } from '../../entry.ts';

export const gate = {
  'hub.stranger': entry(
    (f) =>
      ({
        certificate: 'keskus ei tunne tätä varmennetta',
        token: 'tunniste ei kuulu varmenteelle',
        place: `vain ${f.place === 'manager' ? 'hallintaprosessit' : 'kontit'} saavat kysyä tätä`,
      })[`${f.reason}`] ?? '',
    () => 'Kontti saa henkilöllisyytensä julkaisussa: julkaise sovellus uudelleen.',
  ),
  'hub.expired': entry(
    (f) =>
      f.reason === 'early'
        ? `${f.what === 'token' ? 'tunniste' : 'varmenne'} on voimassa vasta ajasta ${f.at}`
        : `${f.what === 'token' ? 'tunniste' : 'varmenne'} oli voimassa aikaan ${f.at} asti`,
    (f) =>
      f.reason === 'early'
        ? 'Tarkista sen koneen kello, jolla keskus toimii.'
        : 'Muster kirjoittaa pian uuden; julkaisu tekee sen heti.',
  ),
  'hub.retired': entry(
    (f) => `sovelluksen ${f.app} versio ${f.generation} ei ole enää käytössä palvelimella ${f.host}`,
    () => 'Se saa vain toimittaa sen, mitä sillä vielä on sanottavana.',
  ),
  'hub.request': entry(
    (f) => `keskus ei ymmärrä tätä: ${f.message}`,
    () => 'Asiakasohjelma ja keskus voivat olla eri versioita: kokoa levykuva uudelleen.',
  ),
  'hub.large': entry(
    (f) => `yli ${f.most} tavua kerralla`,
    () => 'Lähetä se osissa.',
  ),
  'hub.busy': entry(
    (f) => (f.reason === 'caller' ? 'liikaa kerralla tältä kysyjältä' : 'keskuksella on liikaa tehtävää'),
    () => 'Yritä hetken päästä uudelleen.',
  ),
  'hub.unreachable': entry(
    (f) => `keskus osoitteessa ${f.address} ei vastaa: ${f.message}`,
    () =>
      'Onko se käynnissä, ja pääseekö tältä koneelta sinne? muster start käynnistää sen, jos asetuksissa on hub.',
  ),
  'hub.key.changed': entry(
    (f) => `keskuksella osoitteessa ${f.address} on muu avain kuin tunnettu: ${f.fingerprint}`,
    () =>
      'Siellä vastaa joku muu, tai sen avainten kansio on kadonnut: julkaise silloin sovellukset uudelleen.',
  ),
  'hub.none': entry(
    () => 'keskusta ei ole',
    () => 'Anna sille osoite asetusten osassa hub.',
  ),
  'hub.never': entry(
    () => 'keskus ei ole vielä koskaan ollut käynnissä',
    () => 'muster start käynnistää sen; jos asetuksissa on start: false, sen tekee muster hub.',
  ),
  'hub.taken': entry(
    (f) =>
      f.where === undefined
        ? `jokin muu kuuntelee osoitteessa ${f.listen}`
        : `saman Redisin toinen keskus on käynnissä: ${f.where}`,
    (f) =>
      f.where === undefined
        ? 'Ehkä toinen Muster? Valitse toinen listen ja address asetusten osassa hub.'
        : 'Yksi riittää: anna täällä osassa hub start: false, tai pysäytä toinen.',
  ),
} satisfies Record<string, Entry>;
