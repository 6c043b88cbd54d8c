/** What can go wrong: code -> a summary and a hint at the next thing to do, for people. */
import type { Messages } from '../language.ts';
import { common } from './common.ts';
import { count, meant } from './words.ts';

type Entry = Messages['errors'][keyof Messages['errors']];

const entry = (summary: Entry['summary'], hint: Entry['hint']): Entry => ({ summary, hint });

/** How a run ended that something more was asked of. */
const ENDED: Readonly<Record<string, string>> = {
  succeeded: 'on jo onnistunut',
  failed: 'on jo epäonnistunut',
  cancelled: 'on jo peruttu',
};

/** How a request was decided that something more was asked of. */
const DECIDED: Readonly<Record<string, string>> = {
  granted: 'hyväksytty',
  refused: 'hylätty',
  expired: 'vanhentunut',
  stopped: 'pysäytetty',
};

/** What is wrong with the signature of a request. */
const SIGNATURE: Readonly<Record<string, string>> = { missing: 'puuttuu', wrong: 'on väärä' };

const statuses: Readonly<Record<string, string>> = common.statuses;

export const errors: Messages['errors'] = {
  internal: entry(
    (f) => `Muster itse epäonnistui: ${f.message}`,
    () => 'Lisätietoja on lokissa; kerro viasta, niin se korjataan.',
  ),
  'input.invalid': entry(
    (f) => `${f.problems}`,
    (f) => `Katso ${f.help ?? '/help'}`,
  ),
  'command.unknown': entry(
    (f) => `komentoa /${f.name} ei ole.${f.near ? ` Tarkoititko /${f.near}?` : ''}`,
    () => 'Katso /help',
  ),
  'config.invalid': entry(
    (f) => `asetuksissa on ${count(Number(f.count), 'virhe', 'virhettä')}:\n${f.problems}`,
    () => 'Korjaa tiedostot, sitten aja muster check.',
  ),
  'config.unknown': entry(
    (f) => `ei löydy: ${f.what} ${f.name}${meant(f.near)}`,
    (f) => `Katso ${f.list}`,
  ),
  'access.denied': entry(
    (f) => `et saa tehdä tätä: ${f.rule}`,
    (f) => `Kuka saa: ${f.who}`,
  ),
  'run.unknown': entry(
    (f) => `työtä ${f.id} ei ole`,
    () => 'Katso /jobs',
  ),
  'run.ended': entry(
    (f) => `${f.id} ${ENDED[`${f.status}`] ?? `on jo tilassa ${f.status}`}`,
    (f) => `Katso /job ${f.id}`,
  ),
  'run.notended': entry(
    (f) => `${f.id} on vielä kesken (${statuses[`${f.status}`] ?? f.status})`,
    (f) => `Odota sitä, tai /cancel ${f.id}`,
  ),
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
  'firewall.noguardian': entry(
    (f) => `mikään ei pidä palvelimen ${f.host} palomuuria`,
    (f) => `Aja siellä muster agent guardian ja nimeä se palvelimen ${f.host} vartijaksi.`,
  ),
  'firewall.probe': entry(
    (f) => `palvelimen ${f.host} ${f.address} ei enää vastaa: ${f.reason}`,
    (f) => `Palvelimen ${f.host} palomuuri perutaan. Katso /firewall plan ${f.host}`,
  ),
  'firewall.undeclared': entry(
    (f) => `asetuksissa ei ole mitään palvelimen ${f.host} palomuurista`,
    () => 'Lisää se osioon firewall, sitten /reload.',
  ),
  'firewall.unapplied': entry(
    (f) => `palvelimen ${f.host} voimassa olevassa palomuurissa ei ole vielä vyöhykettä ${f.zone}`,
    (f) => `Ensin /firewall apply ${f.host}, sitten /retry.`,
  ),
  'firewall.invalid': entry(
    (f) => `palvelimen ${f.host} palomuurin osat ovat ristiriidassa: ${f.problem}`,
    () => 'Korjaa osio firewall, sitten /reload.',
  ),
  'firewall.waiting': entry(
    (f) => `toinen palomuurin muutos odottaa pitämistä (${f.id}, ${f.by})`,
    () => 'Ensin /firewall keep tai /firewall revert.',
  ),
  'firewall.gone': entry(
    (f) => `palomuurin muutos ${f.id} ei ole enää voimassa`,
    () => 'Kukaan ei pitänyt sitä ajoissa, tai se peruttiin: /firewall show',
  ),
  'firewall.unkept': entry(
    (f) => `kukaan ei pitänyt palvelimen ${f.host} palomuuria ajoissa: edellinen on taas voimassa`,
    (f) => `/firewall plan ${f.host}, ja ota se käyttöön uudelleen.`,
  ),
  'firewall.same': entry(
    (f) => `muutoksen ${f.id} voi pitää vain se, joka tuli sisään sen jälkeen`,
    () => 'Vain uusi yhteys osoittaa, ettei kukaan jäänyt ulos.',
  ),
  'firewall.drift': entry(
    (f) => `muut ovat muuttaneet palomuuria: ${f.drift}`,
    () => 'Katso /firewall show; muutoksen, joka korvaa heidän muutoksensa, on sanottava se.',
  ),
  'firewall.root': entry(
    (f) => `vain root saa muuttaa palvelimen ${f.host} pakettisuodatinta`,
    (f) =>
      `Anna Musterin kirjautua sinne rootina (hosts.${f.host}.user) tai aja siellä muster agent guardian.`,
  ),
  'firewall.moved': entry(
    (f) => `toinen palvelimen ${f.host} palomuurin muutos ehti ensin`,
    () => 'Kirjoita rivi uudelleen.',
  ),
  'firewall.trouble': entry(
    (f) => `viimeisintä hyvää palomuuria ei saada voimaan: ${f.trouble}`,
    () => 'Voimassa oleva jää. Palvelimen loki kertoo enemmän.',
  ),
  'data.shape': entry(
    (f) => `${f.name} on joukko avaimia vain toisessa: ${f.layer} tai ${f.other}`,
    () => 'Tee siitä molemmissa samanlainen tai anna toiselle toinen nimi.',
  ),
  'data.deep': entry(
    (f) => `${f.name} kerroksessa ${f.layer} on liian syvä`,
    () => 'Tiedot voivat olla 100 tasoa syviä.',
  ),
  'data.name': entry(
    (f) => `kerroksessa ${f.layer} on nimi, jota mikään malli ei voi käyttää: ${f.name}`,
    () => 'Nimessä ei ole pisteitä, välejä eikä aaltosulkeita; fn on varattu toiminnoille.',
  ),
  'template.unknown': entry(
    (f) => `${f.place}: mallia ${f.name} ei ole`,
    () => 'Lisää se tai korjaa sen nimi.',
  ),
  'template.syntax': entry(
    (f) =>
      ({
        tag: `${f.place}: merkiltä {{ puuttuu }}`,
        open: `${f.place}: osaa ${f.name} ei ole päätetty`,
        closed: `${f.place}: osa ${f.name} päätetään, vaikka sitä ei ole aloitettu`,
        tags: `${f.place}: muut erottimet tarvitsevat alun ja lopun`,
      })[`${f.problem}`] ?? '',
    () => 'Jokainen {{#osa}} tarvitsee parinsa {{/osa}}, ja jokainen {{ parinsa }}.',
  ),
  'template.missing': entry(
    (f) => `${f.place}: tiedoissa ei ole nimeä ${f.name}`,
    (f) => `Aseta ${f.name}; false tai tyhjä lista jättää osan pois.`,
  ),
  'template.value': entry(
    (f) =>
      f.problem === 'list' || f.problem === 'map'
        ? `${f.place}: ${f.name} on ${f.problem === 'list' ? 'lista' : 'joukko avaimia'}, ei tekstiä`
        : `${f.place}: ${f.name} ei sovi tiedostoon, jonka muoto on ${f.problem}`,
    (f) =>
      f.problem === 'list' || f.problem === 'map'
        ? `Käytä {{#${f.name}}} … {{/${f.name}}} tai nimeä jotain sen sisältä.`
        : 'Rivinvaihto tai nollatavu päättäisi arvon liian aikaisin.',
  ),
  'template.function': entry(
    (f) => `${f.place}: toimintoa ${f.name} ei ole`,
    (f) => `Toiminnot: ${f.known}.`,
  ),
  'template.deep': entry(
    (f) => `${f.place}: mallit sisältävät toisiaan loputtomasti: ${f.chain}`,
    () => 'Malli saa sisältää itsensä vain niin syvälle kuin tiedotkin menevät.',
  ),
  'template.large': entry(
    (f) => `${f.place}: tiedostosta tulee liian suuri`,
    () => 'Listan sisällä on ehkä vahingossa toinen lista.',
  ),
  'members.unreachable': entry(
    (f) => `${f.where} ei vastaa: ${f.message}`,
    () => 'Yritä myöhemmin uudelleen; viimeksi tiedetyt avaimet jäävät.',
  ),
  'members.token': entry(
    (f) => `${f.where} ei hyväksy tokenia${f.message ? `: ${f.message}` : ''}`,
    () => 'Tee uusi, ja pane se avainryhmän kertomaan paikkaan.',
  ),
  'members.forbidden': entry(
    (f) => `token ei saa nähdä kohdetta ${f.where}${f.message ? `: ${f.message}` : ''}`,
    () => 'Tokenin pitää olla jäsenen; GitHubissa oikeudella read:org ja kertakirjautumisen hyväksymä.',
  ),
  'members.unknown': entry(
    (f) => `kohdetta ${f.where} ei ole, tai token ei saa nähdä sitä`,
    () => 'Tarkista sen nimi avainryhmästä, ja kenen token on.',
  ),
  'members.limited': entry(
    (f) => `palvelulta kysyttiin liian usein: ${f.where}`,
    (f) => (f.wait ? `Yritä uudelleen, kun aikaa on kulunut ${f.wait}.` : 'Yritä myöhemmin uudelleen.'),
  ),
  'members.answer': entry(
    (f) => `vastauksesta ei ole hyötyä (${f.where}): ${f.message}`,
    () => 'Johtaako avainryhmän apiRoot API:in?',
  ),
  'keys.empty': entry(
    (f) => `kohteessa ${f.where} ei ole yhtään kelvollista avainta`,
    () => 'Lisää avain, tai ota kohde pois avainryhmästä.',
  ),
  'keys.unreadable': entry(
    (f) => `avaimia ei voi lukea kohteesta ${f.where}: ${f.message}`,
    () => 'Korjaa polku avainryhmään, tai anna oikeus lukea se.',
  ),
  'keys.environment': entry(
    (f) => (f.reason === 'open' ? `muut voivat lukea avaimen ${f.file}` : `${f.file} ei ole ed25519-avain`),
    (f) =>
      f.reason === 'open'
        ? `Eikö kukaan ole lukenut sitä? chmod 600 ${f.file}. Muuten poista se: seuraava /keys sync tekee uuden.`
        : `Poista ${f.file}: seuraava /keys sync tekee uuden.`,
  ),
  'keys.nowhere': entry(
    (f) =>
      f.on
        ? `kukaan ei saa kirjautua avaimella kohteeseen ${f.on}`
        : 'kukaan ei saa kirjautua avaimella mihinkään',
    () => 'Kerro asetusten osiossa logins, mitkä avainryhmät saavat, sitten /reload',
  ),
  'keys.user': entry(
    (f) => `palvelimella ${f.host} ei ole käyttäjää ${f.user}`,
    (f) => `Lisää käyttäjä palvelimelle ${f.host}, tai korjaa asetusten osio logins.`,
  ),
  'keys.file': entry(
    (f) =>
      `käyttäjän ${f.user} authorized_keys-tiedostoa palvelimella ${f.host} ei voi kirjoittaa: ${f.message}`,
    (f) => `Katso sitä palvelimella ${f.host}; mitään ei muutettu.`,
  ),
  'keys.block': entry(
    (f) =>
      `käyttäjän ${f.user} authorized_keys-tiedostossa palvelimella ${f.host} on Musterin lohko vain puoliksi, tai niitä on monta`,
    (f) =>
      `Poista palvelimella ${f.host} kaikki rivit merkistä # BEGIN muster merkkiin # END muster, sitten /keys sync; mitään ei muutettu.`,
  ),
  'run.stale': entry(
    (f) => `${f.id} tekisi sen, mitä silloin suunniteltiin, eikä se ehkä ole enää oikein`,
    (f) => `${f.line}`,
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
  'engine.down': entry(
    (f) => `palvelimen ${f.host} Docker-moottori ei vastaa`,
    (f) => `/prepare ${f.host}`,
  ),
  'engine.missing': entry(
    (f) => `palvelimelta ${f.host} puuttuu: ${f.what}`,
    (f) => `/prepare ${f.host}`,
  ),
  'git.unreachable': entry(
    (f) => `sovelluksen ${f.app} repositoriota ei voi lukea: ${f.message}`,
    () => 'Onko osoite oikea, ja saako Muster lukea sitä?',
  ),
  'git.ref.unknown': entry(
    (f) => `sovelluksella ${f.app} ei ole haaraa, tagia eikä committia ${f.ref}${meant(f.near)}`,
    () => 'Lyhyt commitin tunnus ei riitä: anna kaikki 40 merkkiä, tai haara tai tagi.',
  ),
  'compose.missing': entry(
    (f) => `sovelluksella ${f.app} ei ole tiedostoa ${f.path} commitissa ${f.commit}`,
    () => 'Määritä asetuksissa sovelluksen compose-polku.',
  ),
  'compose.invalid': entry(
    (f) => `sovelluksen ${f.app} compose-tiedosto ei kelpaa: ${f.message}`,
    (f) => `Korjaa ${f.path} ja julkaise uudelleen.`,
  ),
  'image.missing': entry(
    (f) => `levykuvaa ${f.image} ei ole palvelimella ${f.host}`,
    (f) => `${f.next}`,
  ),
  'app.unhealthy': entry(
    (f) => `${f.app} ei tullut kuntoon palvelimella ${f.host}: ${f.message}`,
    (f) => `/logs ${f.app}`,
  ),
  'app.nothing': entry(
    (f) => `sovelluksella ${f.app} ei ole, mihin palata palvelimella ${f.host}`,
    (f) => `/deploy ${f.app}`,
  ),
  'app.notdeployed': entry(
    (f) => `${f.app} ei ole julkaistu palvelimella ${f.host}`,
    (f) => `/deploy ${f.app}`,
  ),
  'app.gone': entry(
    (f) =>
      `palvelimella ${f.host} ei ole enää sitä, mitä sovelluksen ${f.app} versio ${f.generation} tarvitsee: ${f.message}`,
    (f) => `/deploy ${f.app}`,
  ),
  'step.timeout': entry(
    (f) => `${f.title} kesti yli ${f.limit}`,
    () => 'Yritä uudelleen tai katso palvelinta.',
  ),
  'step.interrupted': entry(
    (f) => `${f.title} katkesi kaatumiseen, eikä sitä ole turvallista toistaa`,
    () => 'Katso palvelinta, sitten /retry.',
  ),
  'step.unknown': entry(
    (f) => `tässä Musterin versiossa ei ole askelta ${f.name}`,
    () => 'Sen suunnitteli toinen versio: kirjoita komento uudelleen.',
  ),
  'step.cancelled': entry(
    (f) => (f.by ? `${f.by} perui työn` : 'työ peruttiin'),
    () => '/retry aloittaa sen uudelleen.',
  ),
  'alert.unknown': entry(
    (f) => `hälytystä ${f.id} ei ole${meant(f.near)}`,
    () => 'Katso /alerts',
  ),
  'alert.over': entry(
    (f) => `${f.id} on ohi`,
    () => 'Katso /alerts',
  ),
  'alert.acknowledged': entry(
    (f) => `${f.by} on jo kuitannut: ${f.id}`,
    () => 'Katso /alerts',
  ),
  'schedule.unknown': entry(
    (f) => `ajastusta ${f.name} ei ole`,
    () => 'Katso /schedule list',
  ),
  'config.secret': entry(
    (f) => `salaisuus ${f.path} puuttuu: ${f.message}`,
    () => 'Aseta se, tai kerro asetuksissa, missä se on: env:NIMI tai file:POLKU.',
  ),
  'config.letters': entry(
    (f) => `salaisuudessa ${f.path} on merkkejä, joita ${f.platform} ei hyväksy`,
    () => 'Käytä kirjaimia, numeroita, _ ja -, enintään 256; tai jätä se pois, jolloin se tehdään tokenista.',
  ),
  'platform.token': entry(
    (f) => `${f.token} ei kelpaa: ${f.reason}`,
    (f) =>
      `Tee uusi, aseta se sinne, minne platforms.${f.platform}.${f.token} osoittaa, ja käynnistä Muster uudelleen.`,
  ),
  'platform.scope': entry(
    (f) => `oikeus puuttuu: ${f.reason}`,
    (f) => `Anna palvelussa Musterin appille oikeus (scope) ${f.scope} ja asenna se uudelleen.`,
  ),
  'platform.unreachable': entry(
    (f) => `ei saada yhteyttä: ${f.message}`,
    () => 'Tarkista verkko. Yritän itse uudelleen, eikä sillä välin katoa mitään.',
  ),
  'platform.port': entry(
    (f) => `porttia ${f.port} ei voi kuunnella: ${f.message}`,
    (f) =>
      `Lopeta se, mikä kuuntelee siellä, tai aseta toinen portti kohtaan platforms.${f.platform}. Yritän itse uudelleen.`,
  ),
  'platform.forged': entry(
    (f) =>
      `pyyntö porttiin ${f.port} hylättiin: ${f.secret === 'secret' ? 'salaisuus' : 'allekirjoitus'} ${SIGNATURE[`${f.problem}`] ?? f.problem}`,
    (f) =>
      `Jos en kuule ketään, tarkista platforms.${f.platform}.${f.secret}; jos kuulen, joku muu kolkuttelee. Mitään ei ajettu.`,
  ),
  'platform.clock': entry(
    (f) => `pyyntö porttiin ${f.port} hylättiin: sen kello eroaa tämän koneen kellosta ${f.off}`,
    () =>
      'Aseta tämän koneen kello (timedatectl), tai joku lähettää vanhoja pyyntöjä uudelleen. Mitään ei ajettu.',
  ),
  'platform.size': entry(
    (f) => `pyyntö porttiin ${f.port} hylättiin: se on suurempi kuin ${f.limit}`,
    () => 'Mikään palvelu ei lähetä niin paljon; joku muu kolkuttelee. Mitään ei ajettu.',
  ),
  'platform.garbled': entry(
    (f) =>
      `pyyntö porttiin ${f.port} hylättiin: sillä on oikea salaisuus, mutta se ei ole viesti Telegramilta`,
    () => 'Jokin matkalla muuttaa Telegramin lähettämää: tarkista, mikä välittää pyynnöt.',
  ),
  'platform.path': entry(
    (f) => `pyyntö porttiin ${f.port} hylättiin: polkua ${f.path} ei ole`,
    (f) =>
      `Jos en kuule ketään, palvelussa annetun osoitteen pitää päättyä näin: ${f.right}. Mitään ei ajettu.`,
  ),
  'platform.conflict': entry(
    () => 'toinen ohjelma lukee viestejä tokenillani ja vie minulta rivejä',
    (f) =>
      `Saman Redisin hallintaprosessit vuorottelevat; lopeta siis se, mikä ei ole niitä: toinen Muster tai kokeiltava botti. Jos et löydä sitä, tee uusi token (/revoke, @BotFather) ja aseta se sinne, minne platforms.${f.platform}.token osoittaa.`,
  ),
  'platform.webhook': entry(
    (f) => `webhookia ei voitu asettaa: ${f.reason}`,
    (f) => `Tarkista platforms.${f.platform}.url. Yritän itse uudelleen.`,
  ),
  'platform.delivery': entry(
    (f) => `${count(Number(f.pending), 'viesti', 'viestiä')} odottaa, sillä ${f.url} ei toimi: ${f.reason}`,
    (f) => `Johtaako se tämän koneen porttiin ${f.port}? Vuorokauteen ei katoa mitään.`,
  ),
  'chat.shut': entry(
    (f) => `keskustelu ${f.chat} ei ota viestejä vastaan: ${f.reason}`,
    () =>
      'Ota minut takaisin tai salli minun kirjoittaa; sanottava odottaa. Jos keskustelua ei enää ole, poista se kohdasta channels.',
  ),
  'chat.refused': entry(
    (f) => `viesti keskusteluun ${f.chat} hylättiin lopullisesti, eikä sitä sanota: ${f.reason}`,
    () => 'Katso lopputulokset: /jobs; viesti on lokissa. Kerro tästä tekijöille.',
  ),
  'line.masked': entry(
    () => 'en näe, kuka olet: kirjoitat ryhmän tai kanavan nimissä',
    () => 'Kirjoita omana itsenäsi: poista ryhmässä käytöstä «Remain anonymous» omalta kohdaltasi.',
  ),
  'line.forwarded': entry(
    () => 'välitettyjä rivejä ei suoriteta',
    () => 'Jos haluat sen tehtävän, kirjoita se itse.',
  ),
  'request.unknown': entry(
    (f) => `mikään ${f.id} ei odota hyväksyntää`,
    () => 'Katso viestiä, jossa sitä pyydettiin.',
  ),
  'request.decided': entry(
    (f) => `${f.id} on jo ${DECIDED[`${f.decision}`] ?? f.decision}${f.by ? ` (${f.by})` : ''}`,
    () => 'Pyydä uudelleen samalla komennolla.',
  ),
  'request.changed': entry(
    (f) => `${f.id}: suunnitelma on nyt eri kuin se, jonka hyväksyit`,
    () => 'Katso siitä kertovaa uusinta viestiä ja päätä uudelleen.',
  ),
  'request.notyours': entry(
    (f) => `${f.problem}`,
    (f) => `Kuka saa: ${f.who}.`,
  ),
  'overlay.failed': entry(
    (f) => `${f.host} ei ole verkon ${f.overlay} jäsen: ${f.message}`,
    (f) => `Korjaa se palvelimella ${f.host}, sitten /overlay join ${f.overlay} ${f.host}`,
  ),
  'overlay.silent': entry(
    (f) => `${f.host} ei tavoita verkossa ${f.overlay} palvelinta ${f.peer} (${f.address})`,
    (f) =>
      f.port
        ? `Onko jommankumman UDP-portti ${f.port} auki toiselle? /overlay show ${f.overlay}`
        : `/overlay show ${f.overlay}`,
  ),
  'overlay.full': entry(
    (f) => `verkossa ${f.overlay} ei ole osoitetta palvelimelle ${f.host}: ${f.network} on täynnä`,
    () => 'Määrittele asetuksissa suurempi verkko, tai poista jokin palvelin siitä.',
  ),
  'behind.stranger': entry(
    (f) => `${f.host} ei ole liittynyt verkkoon ${f.overlay}`,
    (f) => `Liitä se ensin: /overlay join ${f.overlay} ${f.host}`,
  ),
  'behind.firewall': entry(
    (f) =>
      `palvelimelle ${f.host} on määrä päästä vain verkosta ${f.overlay}, mutta asetuksissa ei ole sen palomuuria`,
    (f) => `Lisää palvelin ${f.host} osioon firewall, sitten /reload.`,
  ),
  'behind.leaves': entry(
    (f) => `palvelimelle ${f.host} pääsee vain verkosta ${f.overlay}, eikä sitä enää tavoitettaisi`,
    (f) => `Poista se verkon ${f.overlay} kohdasta behind, sitten /reload ja /prepare ${f.host}.`,
  ),
  'behind.moves': entry(
    (f) =>
      `palvelimelle ${f.host} pääsee vain osoitteesta ${f.address} verkossa ${f.overlay}, ja osoite on määrä vaihtaa`,
    (f) =>
      `Anna sen pitää osoitteensa, tai poista se ensin verkon ${f.overlay} kohdasta behind: sitten /reload ja /prepare ${f.host}.`,
  ),
  'behind.open': entry(
    (f) => `${f.host} vastaa yhä ulkoa osoitteessa ${f.address}`,
    () => 'Nimeääkö jokin sääntö vyöhykkeen outside, vai vastaako siellä jokin muu?',
  ),
  'sshd.none': entry(
    (f) => `palvelimella ${f.host} ei ole sshd:tä`,
    () => 'Silloin ei ole mitään tehtävää.',
  ),
  'sshd.refused': entry(
    (f) => `palvelimen ${f.host} sshd ei hyväksy sitä${f.message ? `: ${f.message}` : ''}`,
    () => 'Mikään ei muuttunut. Lukeeko sen asetustiedosto kansion sshd_config.d?',
  ),
  'sshd.elsewhere': entry(
    (f) => `palvelimen ${f.host} sshd kuuntelisi myös osoitetta ${f.message}`,
    (f) =>
      `Mikään ei muuttunut. Lisää sshd:n asetuksiin palvelimella ${f.host} kansion sshd_config.d lukeminen, ja poista niistä ListenAddress.`,
  ),
  'sshd.waiting': entry(
    (f) => `toinen sshd:n muutos palvelimella ${f.host} odottaa, että joku pitää sen`,
    () => 'Se perutaan itsestään minuutissa.',
  ),
  'sshd.gone': entry(
    (f) => `palvelimen ${f.host} sshd kuuntelee kuten ennen: kukaan ei pitänyt muutosta ajoissa`,
    () => 'Yritä uudelleen.',
  ),
  'sshd.deaf': entry(
    (f) => `palvelimen ${f.host} sshd:lle ei voi kertoa uusista asetuksista`,
    () => 'Mikään ei muuttunut. Onko se käynnissä, ja kirjoittaako se PidFile-tiedoston?',
  ),
  'sshd.timer': entry(
    (f) => `palvelimella ${f.host} ei voitu käynnistää ajastinta, joka peruu sshd:n muutoksen`,
    () => 'Mikään ei muuttunut. Siihen tarvitaan systemd-run tai setsid.',
  ),
  'overlay.stranger': entry(
    (f) => `${f.host} ei ole asetusten mukaan verkon ${f.overlay} jäsen`,
    (f) => `Lisää se verkon ${f.overlay} jäseniin (members), sitten /reload`,
  ),
  'overlay.controller': entry(
    (f) => `palvelimen ${f.host} jäsenyyttä verkossa ${f.overlay} ei voitu muuttaa: ${f.message}`,
    (f) => `Tarkista asetuksista verkon ${f.overlay} controller, network ja token.`,
  ),
  'state.unreachable': entry(
    (f) => `Redis ei vastaa: ${f.message}`,
    () => 'Tarkista REDIS_URL tai sisäisen palvelimen loki.',
  ),
  'state.taken': entry(
    (f) => `Muster on jo käynnissä tilakansiolla ${f.folder}`,
    () => 'Puhu sille komennolla muster say, tai käynnistä toinen valitsimella --state KANSIO.',
  ),
  'firewall.unsupported': entry(
    (f) => `ufw ei pysty siihen palvelimella ${f.host}: ${f.message}`,
    () => 'Käytä tällä palvelimella nftablesia tai määritä se toisin.',
  ),
  'firewall.off': entry(
    (f) => `ufw on pois päältä palvelimella ${f.host}`,
    () => 'Ota se siellä käyttöön komennolla ufw enable ja yritä uudelleen.',
  ),
  'firewall.refused': entry(
    (f) => `${f.host} ei hyväksynyt palomuurin sääntöjä: ${f.message}`,
    () => 'Mitään ei muutettu. Tarkemmat tiedot ovat lokissa.',
  ),
  'setup.missing': entry(
    (f) => `puuttuu: ${f.what}`,
    (f) => `${f.fix}`,
  ),
};
