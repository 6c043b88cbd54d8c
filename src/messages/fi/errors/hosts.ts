/** Hosts, the ways to them, and what runs there. */
import { type Entry, entry } from '../../entry.ts';

export const hosts = {
  'shell.notfound': entry(
    (f) => `${f.program} ei ole asennettu palvelimelle ${f.host}`,
    (f) => `/prepare ${f.host}`,
  ),
  'shell.folder': entry(
    (f) => `palvelimella ${f.host} ei ole kansiota ${f.folder}`,
    (f) => `Luo se palvelimelle ${f.host} tai korjaa polku asetuksissa.`,
  ),
  'shell.exit': entry(
    (f) =>
      `${f.program} päättyi koodiin ${f.code} palvelimella ${f.host}${f.message ? `: ${f.message}` : ''}`,
    () => 'Syy on sen viimeisillä riveillä.',
  ),
  'shell.signal': entry(
    (f) => `${f.program} sai signaalin ${f.signal} ja päättyi palvelimella ${f.host}`,
    () => 'Joku tai ydin lopetti sen; katso palvelimen lokia.',
  ),
  'shell.timeout': entry(
    (f) => `${f.program} kesti yli ${f.limit} palvelimella ${f.host}`,
    () => 'Yritä uudelleen; jos se on vain hidas, pidennä aikarajaa.',
  ),
  'shell.aborted': entry(
    (f) => `${f.program} pysäytettiin palvelimella ${f.host}`,
    () => 'Se peruttiin.',
  ),
  'shell.survivors': entry(
    (f) => `kaikkea ei saatu päättymään palvelimella ${f.host}: ${f.survivors}`,
    (f) => `Katso niitä komennolla ps palvelimella ${f.host} ja lopeta ne käsin.`,
  ),
  'host.unreachable': entry(
    (f) => `${f.host} ei vastaa: ${f.message}`,
    (f) =>
      f.lost
        ? 'Tarkista sen verkko, sitten /retry.'
        : `Onko ${f.address ?? f.host} päällä, ja saako Muster kirjautua sinne avaimellaan?`,
  ),
  'host.login': entry(
    (f) => `${f.host} ei päästä käyttäjää ${f.user} kirjautumaan: ${f.message}`,
    (f) =>
      `Lisää Musterin julkinen avain käyttäjän ${f.user} tiedostoon ~/.ssh/authorized_keys palvelimella ${f.host}.`,
  ),
  'host.key.unknown': entry(
    (f) => `${f.host} näyttää palvelinavaimen, jota ei ole kiinnitetty: ${f.fingerprint}`,
    (f) => `Jos kone on oikea, lisää sen kohtaan: hostKey: ${f.fingerprint}`,
  ),
  'host.key.changed': entry(
    (f) => `${f.host} näyttää toisen palvelinavaimen (${f.fingerprint}) kuin kiinnitetyn`,
    (f) =>
      `Jos se asennettiin uudelleen, vaihda sen avain tiedostoihin; jos se lisättiin keskustelussa, /host remove ${f.host} ja lisää se uudelleen. Jos ei, joku on välissä.`,
  ),
  'host.pending': entry(
    (f) =>
      f.fingerprint
        ? `${f.host} vastaa avaimella ${f.fingerprint}, eikä kukaan ole vielä sanonut sitä oikeaksi`
        : `${f.host} on lisätty, eikä se ole vielä vastannut`,
    (f) =>
      f.fingerprint
        ? `Vertaa siihen, mitä siellä tulostui, sitten /host trust ${f.host} ${f.fingerprint}`
        : `Aja siellä rivi, jonka /host add antoi; uuden saat sanomalla /host add uudelleen.`,
  ),
  'host.fingerprint': entry(
    (f) => `${f.host} vastaa toisella avaimella: ${f.fingerprint}`,
    (f) => `Vertaa siihen, mitä siellä tulostui. Jos ne eroavat, joku on välissä: /host remove ${f.host}`,
  ),
  'host.known': entry(
    (f) => `palvelin nimeltä ${f.host} on jo olemassa`,
    (f) => `Valitse toinen nimi, tai ensin /host remove ${f.host}`,
  ),
  'host.configured': entry(
    (f) => `${f.host} on asetuksissa: ${f.place}`,
    () => 'Muuta se siellä, sitten /reload.',
  ),
  'host.used': entry(
    (f) => `${f.host} on käytössä: ${f.uses}`,
    (f) => `/host remove ${f.host} --force jatkaa silti.`,
  ),
  'host.named': entry(
    (f) => `asetukset tarvitsevat palvelimen ${f.host}:\n${f.problems}`,
    () => 'Poista se ensin sieltä, sitten /reload.',
  ),
  'host.noprivacy': entry(
    () => 'vastauksessa on rivi, jossa on tunniste, enkä voi kirjoittaa tässä sinulle yksin',
    (f) =>
      f.platform === 'telegram'
        ? 'Avaa keskustelu kanssani, paina Start, ja sano se uudelleen; tai sano se konsolissa.'
        : 'Sano se minulle yksityisviestillä tai konsolissa.',
  ),
  'install.denied': entry(
    (f) => `kohteeseen ${f.path} ei saa kirjoittaa`,
    () => 'Aja se pääkäyttäjänä, tai nimeä omat paikkasi: --state, --root ja --no-systemd.',
  ),
  'host.agentonly': entry(
    (f) => `vain koneen ${f.host} agentti ajaa sen ohjelmia`,
    () => 'Tähän tarvitaan kone, jolla on link: local tai link: ssh.',
  ),
  'host.keyless': entry(
    (f) => `${f.host} on ilman agenttia, eikä sillä siis ole avainta, joka voisi vaihtua`,
    (f) => `Palvelinavain vaihdetaan siellä; sitten /host remove ${f.host} ja lisää se uudelleen.`,
  ),
  'enrol.none': entry(
    () => 'täällä ei odota tunnistetta: se on käytetty, tai sen aika on ohi',
    () => 'Sano /host add uudelleen ja aja uusi rivi.',
  ),
  'enrol.proof': entry(
    () => 'se ei todista mitään: se ei tunne tunnistetta',
    () => 'Sano /host add uudelleen ja aja uusi rivi.',
  ),
  'host.silent': entry(
    (f) => `${f.host} hiljeni`,
    () => 'Tarkista sen verkko, sitten /retry.',
  ),
  'icp.identity': entry(
    (f) => (f.reason === 'open' ? `muut voivat lukea avaimen ${f.file}` : `avainta ${f.file} ei voi käyttää`),
    (f) =>
      f.reason === 'open'
        ? `Eikö kukaan lukenut sitä? chmod 600 ${f.file}. Muuten poista se: tehdään uusi, johon on luotettava uudelleen.`
        : `Poista ${f.file}: tehdään uusi, johon on luotettava uudelleen.`,
  ),
  'icp.busy': entry(
    (f) => `toinen hallintaprosessi puhuu palvelimen ${f.host} agentin kanssa`,
    () => 'Se päästää yhden kerrallaan: odota, kunnes toinen on päästänyt irti.',
  ),
  'icp.stranger': entry(
    (f) => `palvelimen ${f.host} agentti ei tunne Musterin avainta`,
    (f) => `Lisää rivi sen agentin tiedostoon trusted, siellä: ${f.fingerprint}`,
  ),
  'icp.command': entry(
    (f) => `komentoa ${f.command} ei ole`,
    () => 'Onko agentti yhtä uusi kuin hallintaprosessi?',
  ),
  'icp.message': entry(
    (f) => `ei protokollan viesti: ${f.problem}`,
    () => 'Onko agentti yhtä uusi kuin hallintaprosessi?',
  ),
  'icp.limit': entry(
    (f) => `liikaa kerralla: ${f.limit}`,
    () => 'Odota hetki.',
  ),
  'icp.abandoned': entry(
    (f) =>
      `‘${f.title}’ pysäytettiin palvelimella ${f.host}, koska mikään hallintaprosessi ei kysynyt sitä aikaan ${f.time}`,
    () => 'Katso, miksi hallintaprosessia ei ollut, sitten /retry.',
  ),
  'icp.fate': entry(
    (f) => `palvelimen ${f.host} agentti ei vastaa, eikä tiedetä, miten ‘${f.title}’ meni`,
    (f) => `Palvelimen ${f.host} agentti pysäyttää sen itse. Tarkista sen verkko, sitten /retry.`,
  ),
  'host.denied': entry(
    (f) => `ei oikeutta palvelimella ${f.host}: ${f.message}`,
    (f) =>
      f.command
        ? `Kirjoita palvelimella ${f.host}: ${f.command}`
        : `Anna Musterin käyttäjälle se oikeus palvelimella ${f.host} (root tai ryhmä docker).`,
  ),
  'host.diskfull': entry(
    (f) => `palvelimen ${f.host} levy on täynnä`,
    (f) => `Vapauta tilaa palvelimella ${f.host} (docker system prune), sitten /retry.`,
  ),
} satisfies Record<string, Entry>;
