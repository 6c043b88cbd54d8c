/** How machines are switched on and off, and virtual machines. */
import { type Entry, entry } from '../../entry.ts';

export const power = {
  'power.none': entry(
    (f) => `kukaan ei voi kytkeä konetta ${f.machine} päälle tai pois kuin käsin`,
    (f) =>
      `Jos kone on lisätty keskustelussa: /machine set ${f.machine} power=wake (tai libvirt:PALVELIN). Jos se on tiedostossa tai tapa on ipmi, redfish tai command: power kohtaan machines.${f.machine}, sitten /reload.`,
  ),
  'power.nowhere': entry(
    (f) => `ei ole palvelinta, jolta kone ${f.machine} voitaisiin kytkeä`,
    () => 'Kerro asetuksissa, millä palvelimella käynnistyspalvelin on: boot.host, sitten /reload.',
  ),
  'power.nomac': entry(
    (f) => `konetta ${f.machine} ei voi herättää: kukaan ei tiedä sen MAC-osoitetta`,
    (f) =>
      `Lisää se: /machine set ${f.machine} mac=…, tai jos kone on tiedostossa, mac kohtaan machines.${f.machine}, sitten /reload.`,
  ),
  'power.unreachable': entry(
    (f) => `koneen ${f.machine} ohjain osoitteessa ${f.address} ei vastaa: ${f.message}`,
    () => 'Onko kohdan power osoite yhä oikein, ja pääseekö palvelin sinne?',
  ),
  'power.credentials': entry(
    (f) => `koneen ${f.machine} ohjain osoitteessa ${f.address} ei tunne sellaista käyttäjää ja salasanaa`,
    () => 'Korjaa asetuksissa kohdan power user ja password, sitten /reload.',
  ),
  'power.privilege': entry(
    (f) => `koneen ${f.machine} ohjain osoitteessa ${f.address} ei anna sen käyttäjän kytkeä mitään`,
    () => 'Anna käyttäjälle siellä operaattorin oikeudet, tai vaihda kohdan power user.',
  ),
  'power.certificate': entry(
    (f) =>
      f.pinned
        ? `koneen ${f.machine} ohjain osoitteessa ${f.address} näyttää toisen avaimen kuin kiinnitetyn`
        : `kukaan tunnettu ei ole allekirjoittanut koneen ${f.machine} ohjaimen varmennetta osoitteessa ${f.address}`,
    (f) =>
      f.pinned
        ? 'Jos varmenne uusittiin, vaihda kohdan power certificate. Jos ei, joku on välissä.'
        : 'Jos se on oikea, kiinnitä sen avain asetuksissa: kohdan power certificate.',
  ),
  'power.refused': entry(
    (f) => `koneen ${f.machine} ohjain osoitteessa ${f.address} ei tee sitä: ${f.message}`,
    (f) => `Tarkista ohjain ja yritä uudelleen: /machine power ${f.machine} status`,
  ),
  'power.unreadable': entry(
    (f) => `sen, minkä pitäisi kertoa koneesta ${f.machine}, kertoo jotakin muuta: ${f.address}`,
    () => 'Onko se todella se ohjain tai ohjelma, jota power tarkoittaa?',
  ),
  'power.system': entry(
    (f) =>
      f.system
        ? `koneen ${f.machine} ohjaimella osoitteessa ${f.address} ei ole järjestelmää ${f.system}, vaan ${f.names}`
        : `koneen ${f.machine} ohjaimella osoitteessa ${f.address} ei ole vain yhtä järjestelmää, vaan ${f.names}`,
    () => 'Kerro asetuksissa, mikä niistä se on: kohdan power system, sitten /reload.',
  ),
  'power.cannot': entry(
    (f) => `konetta ${f.machine} ei voi ${f.deed}: sen power ei pysty siihen`,
    () => 'Tee se käsin, tai anna koneelle toinen power.',
  ),
  'power.stays': entry(
    (f) =>
      f.wanted === 'on'
        ? `kone ${f.machine} kytkettiin päälle, ja se on yhä pois päältä ajan ${f.time} jälkeen`
        : `kone ${f.machine} kytkettiin pois, ja se on yhä päällä ajan ${f.time} jälkeen`,
    (f) =>
      f.wanted === 'on'
        ? `Tarkista kone tai sen ohjain: /machine power ${f.machine} status`
        : `/machine power ${f.machine} off --hard`,
  ),
  'vm.known': entry(
    (f) => `kone ${f.machine} on jo olemassa`,
    (f) => `/machine show ${f.machine}`,
  ),
  'vm.unknown': entry(
    (f) => `virtuaalikonetta ${f.machine} ei ole${f.near ? `; tarkoititko: ${f.near}?` : ''}`,
    () => '/vm list',
  ),
  'vm.small': entry(
    (f) => `koneella ${f.machine} olisi vähemmän muistia kuin millään käynnistyvällä`,
    () => 'Anna sille vähintään 64MB; muistissa toimiva järjestelmä tarvitsee 1GB tai enemmän.',
  ),
  'vm.taken': entry(
    (f) =>
      f.run
        ? `palvelimen ${f.host} libvirtissä on jo kone ${f.machine}, jonka ${f.run} on tehnyt`
        : `palvelimen ${f.host} libvirtissä on kone ${f.machine}, jota Muster ei ole tehnyt`,
    (f) =>
      f.run
        ? `Siihen ei kosketa. Valitse toinen nimi, tai poista se: /vm destroy ${f.machine}`
        : 'Siihen ei kosketa. Valitse toinen nimi, tai poista se käsin.',
  ),
  'vm.nodomain': entry(
    (f) => `palvelimen ${f.host} libvirtissä ei ole konetta ${f.domain}, joka ${f.machine} on`,
    () => '/vm list näyttää, mitä siellä on.',
  ),
  'vm.nonetwork': entry(
    (f) => `palvelimen ${f.host} libvirtissä ei ole verkkoa ${f.network}; verkot: ${f.known}`,
    (f) =>
      `Valitse jokin niistä, tai määrittele se asetuksissa: tools.libvirt.networks kohtaan hosts.${f.host}.`,
  ),
  'vm.nolibvirt': entry(
    (f) => `palvelimen ${f.host} libvirt ei vastaa: ${f.message}`,
    () => 'Onko libvirtd siellä käynnissä, ja saako palvelimen käyttäjä käyttää sitä?',
  ),
  'vm.refused': entry(
    (f) => `palvelimen ${f.host} libvirt ei tee sitä: ${f.message}`,
    () => 'Viimeiset rivit kertovat syyn; se, mikä aloitettiin, peruttiin.',
  ),
} satisfies Record<string, Entry>;
