/** What commands say of themselves: a line of help, more of it, and what each field is. */
import type { Messages } from '../language.ts';
import { imageCommands } from './images.ts';
import { machineCommands } from './machine-commands.ts';
import { powerCommands } from './power.ts';

const job = 'työ tai sen tunnuksen alku';
const request = 'mikä odottaa, niin kuin sen viesti sitä kutsuu';
const plan = 'suunnitelma, jonka näit: sen tunnisteen alku';
const alert = 'hälytys, niin kuin sen viesti sitä kutsuu';

export const commands: Messages['commands'] = {
  ...imageCommands,
  ...machineCommands,
  ...powerCommands,
  acknowledge: {
    summary: 'Ota hälytys hoitaaksesi: ei enää muistutuksia',
    fields: { alert },
  },
  alerts: {
    summary: 'Mikä on nyt vialla ja kuka sitä hoitaa',
    fields: {},
  },
  approve: {
    summary: 'Hyväksy suunnitelma, joka odottaa hyväksyntää',
    fields: { request, plan },
  },
  apps: {
    summary: 'Sovellukset, ja mikä commit on käytössä missäkin',
    fields: {},
  },
  audit: {
    summary: 'Kuka teki mitä: viimeisimmät merkinnät, tai todiste siitä, ettei mitään ole muutettu',
    fields: {
      count: 'kuinka monta merkintää',
      person: 'vain yhden henkilön merkinnät',
      verify: 'tarkista sen sijaan koko ketju',
    },
  },
  'build base': {
    summary: 'Kokoa Debianin paketeista levykuva, jonka päällä sovellukset ovat',
    description: 'Jos ohje ja pakettivarasto ovat ennallaan, mitään ei koota uudelleen.',
    fields: {
      on: 'näillä palvelimilla; oletuksena niillä, joiden label on build, tai muuten sovellusten palvelimilla',
    },
  },
  cancel: {
    summary: 'Pysäytä työ ja kumoa, mitä se teki',
    fields: { job },
  },
  'config show': {
    summary: 'Kohteen tiedostot, ja mistä kukin niiden tiedoista tulee',
    fields: { target: 'host/NIMI, label/NIMI, app/NIMI, tiedosto tai cloud' },
  },
  'config diff': {
    summary:
      'Miten tiedostot eroavat siitä, millaisia niiden pitää olla, myös käsin muutetut; tai miten tietojen toinen versio eroaa',
    fields: {
      target: 'host/NIMI, label/NIMI, app/NIMI, tiedosto tai cloud',
      version: 'tietojen versio, johon verrataan, kuten /config history sen nimeää',
    },
  },
  'config render': {
    summary: 'Tiedostot sellaisina kuin ne kirjoitettaisiin, salaisuuksien tilalla niiden nimet',
    fields: { target: 'host/NIMI, label/NIMI, app/NIMI, tiedosto tai cloud', file: 'vain tämä tiedosto' },
  },
  'config apply': {
    summary: 'Kirjoita kohteen tiedostot ja ota ne käyttöön',
    fields: {
      targets: 'host/NIMI, label/NIMI, app/NIMI, tiedosto tai cloud',
      overwrite: 'myös niiden yli, jotka joku muu on kirjoittanut tai muuttanut',
    },
  },
  'config set': {
    summary: 'Aseta tietoja ja vie perille tiedostot, jotka riippuvat niistä',
    description:
      'Arvo on JSONia, jos se on JSONia, muuten teksti. Asetettu menee kerroksensa tiedoston edelle ja pysyy, kunnes se poistetaan tai perutaan. Jos jokin kohde ei ota sitä käyttöön, kaikki on niin kuin ennen.',
    fields: {
      layer: 'site, environment/NIMI, label/NIMI, profile/NIMI, host/NIMI, machine/NIMI tai app/NIMI',
      values: 'nimiä ja arvoja, esimerkiksi db.host=10.0.0.5; lainausmerkeissä, jos on pilkkuja tai välejä',
      unset: 'nimet, joita ei enää aseteta',
      why: 'syy, historiaa varten',
    },
  },
  'config history': {
    summary: 'Kuka asetti mitä, milloin ja miksi',
    fields: { layer: 'vain tämän kerroksen', count: 'montako versiota' },
  },
  'config rollback': {
    summary: 'Palauta tiedot sellaisiksi kuin ne olivat version jälkeen, tai kerros ennen sen viime muutosta',
    fields: { to: 'versio tai kerros', why: 'syy, historiaa varten' },
  },
  confirm: {
    summary: 'Vahvista, mitä pyysit, kun sitä ei voi perua jälkikäteen',
    fields: { request, plan },
  },
  deploy: {
    summary: 'Julkaise sovelluksesta yksi ref',
    description:
      'Hakee commitin, kokoaa, käynnistää ja odottaa, että sovellus on kunnossa; jos jokin epäonnistuu, edellinen versio palaa.',
    fields: {
      app: 'sovellus',
      ref: 'haara, tagi tai koko commitin tunnus; oletuksena sovelluksen haara',
      to: 'vain nämä sovelluksen palvelimista',
    },
  },
  health: {
    summary: 'Kuinka kunnossa pilvi, palvelin tai sovellus on, ja miksi',
    description:
      'Prosenttiluku osista: kunnossa oleva on kokonainen, heikentynyt puolikas ja epäkunnossa oleva nolla; tuntematonta ja huollossa olevaa ei lasketa.',
    fields: { target: 'cloud, sovellus tai palvelin' },
  },
  'health maintenance': {
    summary: 'Olla hälyttämättä sovelluksesta tai palvelimesta sen aikaa, kun sitä huolletaan',
    fields: {
      target: 'cloud, sovellus tai palvelin',
      time: 'kuinka kauan, esimerkiksi 30m tai 8h',
      why: 'syy, muille kerrottavaksi',
      end: 'lopeta se nyt',
    },
  },
  help: {
    summary: 'Mitä voit tehdä täällä, tai miten yksi komento toimii',
    fields: { command: 'komento' },
  },
  'host add': {
    summary: 'Lisää palvelin ilman tiedostoa: antaa rivin, joka ajetaan siellä',
    description:
      'Mitään ei tavoitella ennen kuin palvelin on todistanut, että rivi ajettiin siinä, ja olet verrannut sen avainta: /host trust.',
    fields: {
      host: 'sen nimi',
      link: 'icp: siellä olevan agentin kautta; ssh: sen sshd:n kautta',
      address: 'nimi tai IP-osoite',
      port: 'missä se kuuntelee; agentti portissa 4226, sshd portissa 22',
      user: 'kenenä Muster kirjautuu ssh:lla',
      label: 'tunnuksia, esimerkiksi docker',
      guardian: 'mukana vartija, joka pitää sen palomuurin',
      guardianPort: 'missä vartija kuuntelee',
    },
  },
  'host remove': {
    summary: 'Unohda keskustelussa lisätty palvelin, niin että sekin unohtaa Musterin',
    fields: { host: 'palvelin', force: 'myös kun työt käyttävät sitä tai siellä on sovelluksia' },
  },
  'host rotate': {
    summary: 'Vaihdata palvelimen agenttien avaimet',
    description: 'Vanhat avaimet kelpaavat, kunnes Muster on päässyt sisään uusilla. Voi toistaa.',
    fields: { host: 'palvelin' },
  },
  'host trust': {
    summary: 'Luota lisättyyn palvelimeen avaimella, jonka se tulosti siellä',
    fields: { host: 'palvelin', keys: 'sen avain; jos mukana on vartija, myös vartijan' },
  },
  hosts: {
    summary: 'Palvelimet, miten niihin saa yhteyden ja mitä niillä tehdään',
    fields: {},
  },
  job: {
    summary: 'Missä vaiheessa työ on tai miten se päättyi',
    fields: { job },
  },
  jobs: {
    summary: 'Viimeisimmät työt, uusin ensin',
    fields: { count: 'kuinka monta' },
  },
  'keys show': {
    summary: 'Ketkä saavat kirjautua SSH-avaimella: avainryhmät ja minne ne on kirjoitettu',
    fields: { group: 'vain tämä avainryhmä' },
  },
  'keys sync': {
    summary: 'Kirjoita palvelimille, ketkä saavat kirjautua SSH-avaimella, avainryhmien mukaan',
    description:
      'Kysyy organisaatioilta ja lukee tiedostot uudelleen. Muiden rivit authorized_keys-tiedostossa jäävät. Jos lähde ei vastaa, sen viimeksi tiedetyt avaimet jäävät.',
    fields: {
      on: 'vain nämä palvelimet, tai label:NIMI',
      yes: 'myös kun yli puolet ryhmän avaimista lähtee kerralla',
    },
  },
  logs: {
    summary: 'Sovelluksen tai palvelimen loki, tai mitä työ tulosti',
    description:
      'Keskuksesta, jos sellainen on; muuten niistä konteista, jotka ovat olemassa. Palvelu, palvelin, taso ja loppuaika vaativat keskuksen.',
    fields: {
      of: 'sovellus (shop), sen palvelu (shop/web), palvelin (host/web-1) tai työ',
      follow: 'jatka, kunnes /cancel',
      since: 'vain viimeisin aika, esimerkiksi 10m, tai jostakin ajasta alkaen',
      until: 'vain näin vanhat, esimerkiksi 5m, tai johonkin aikaan asti',
      grep: 'vain rivit, joilla on tämä; /kauttaviivojen välissä/ se on säännöllinen lauseke',
      level: 'vain tämä taso tai pahempi',
      tail: 'enintään kuinka monta riviä',
    },
  },
  'logs verify': {
    summary: 'Todista, ettei lokista puutu riviäkään eikä mikään ole siellä kahdesti',
    description:
      'Jokaisella rivillä on numero virrassaan; tulostettu rivi, joka ei tullut perille, jättää aukon.',
    fields: { of: 'sovellus, sen palvelu, palvelin tai työ', since: 'vain viimeisin aika, esimerkiksi 1d' },
  },
  'logs stats': {
    summary: 'Paljonko lokikeskus säilyttää kenenkin rivejä, ja miten sen kohteet ja lähteet voivat',
    fields: {},
  },
  'overlay join': {
    summary: 'Liitä palvelin päällysverkkoon, kerro muille ja kokeile',
    description:
      'Voi toistaa huoletta: nostaa pystyyn sen, mikä on alhaalla, eikä jäsenten välillä katoa yhtään pakettia. Jos koe epäonnistuu, kaikki kumotaan.',
    fields: { name: 'verkko', host: 'palvelin' },
  },
  'overlay leave': {
    summary: 'Poista palvelin päällysverkosta ja kerro muille',
    fields: {
      name: 'verkko',
      host: 'palvelin',
      gone: 'palvelinta ei enää ole: vain muille kerrotaan',
    },
  },
  'overlay show': {
    summary: 'Päällysverkot: ketkä niissä ovat, millä osoitteella ja avaimella',
    fields: { name: 'verkko; oletuksena kaikki' },
  },
  'overlay test': {
    summary: 'Osoita, että päällysverkon kaikki jäsenet tavoittavat toisensa',
    fields: { name: 'verkko' },
  },
  prepare: {
    summary: 'Asenna ja käynnistä se, mikä palvelimelta puuttuu sen tehtäviin',
    description:
      'Voi toistaa huoletta: jos mitään ei puutu, mitään ei muuteta. Palvelin, jonka on määrä olla päällysverkon takana, liittyy siihen, ja sitten sinne pääsee vain sen kautta.',
    fields: { host: 'palvelin' },
  },
  refuse: {
    summary: 'Hylkää suunnitelma, joka odottaa hyväksyntää',
    fields: { request },
  },
  reload: {
    summary: 'Lue asetukset uudelleen; virheelliset hylätään ja vanhat jäävät voimaan',
    fields: {},
  },
  restart: {
    summary: 'Käynnistää sovelluksen uudelleen ja odottaa, että se on kunnossa',
    fields: { app: 'sovellus', on: 'vain näillä sen palvelimista' },
  },
  retry: {
    summary: 'Jatka epäonnistunutta tai peruttua työtä siitä vaiheesta, joka epäonnistui',
    fields: { job, whole: 'ensimmäisestä vaiheesta eikä epäonnistuneesta' },
  },
  'firewall show': {
    summary: 'Mitä palvelin päästää nyt sisään, ja mitä muut siellä muuttivat',
    fields: { host: 'palvelin' },
  },
  'firewall plan': {
    summary: 'Mitä julistetun voimaanpano muuttaisi palvelimella',
    fields: { host: 'palvelin' },
  },
  'firewall apply': {
    summary: 'Pane palvelimelle julistettu voimaan; perutaan, ellei Muster pääse yhä sisään',
    fields: {
      host: 'palvelin',
      hold: 'ihminen pitää sen siinä ajassa, esimerkiksi 5m',
      overwrite: 'myös jos muut muuttivat sitä',
    },
  },
  'firewall keep': {
    summary: 'Pidä muutos, joka odottaa ihmistä',
    fields: { host: 'palvelin', change: 'sen nimi: työ, joka sen teki' },
  },
  'firewall revert': {
    summary: 'Peru muutos, jota kukaan ei ole vielä pitänyt',
    fields: { host: 'palvelin', change: 'sen nimi: työ, joka sen teki' },
  },
  'firewall open': {
    summary: 'Päästä jotakin sisään palvelimelle julistetun lisäksi',
    fields: {
      host: 'palvelin',
      what: 'portti kuten 443 tai udp/51820, tai ping',
      from: 'vain näistä osoitteista tai joukoista',
    },
  },
  'firewall close': {
    summary: 'Sulje se, mikä avattiin keskustelussa',
    fields: { host: 'palvelin', what: 'portti kuten 443 tai udp/51820, tai ping' },
  },
  'firewall why': {
    summary: 'Mikä sääntö päästää jonkin sisään tai pitää ulkona julistetun mukaan',
    fields: {
      host: 'palvelin',
      what: 'portti kuten 443 tai udp/51820, tai ping',
      from: 'osoite; ilman sitä kuka tahansa',
      zone: 'vyöhyke; oletuksena outside',
    },
  },
  rollback: {
    summary: 'Palauta käytössä olevaa edeltävä versio',
    fields: { app: 'sovellus' },
  },
  'schedule add': {
    summary: 'Aja rivi kellon mukaan, sinun nimissäsi',
    fields: {
      name: 'sen nimi',
      at: 'milloin: cron, viisi kenttää, lainausmerkeissä',
      line: 'ajettava rivi',
      zone: 'aikavyöhyke',
    },
  },
  'schedule list': {
    summary: 'Mitä ajetaan kellon mukaan, ja milloin seuraavaksi',
    fields: {},
  },
  'schedule remove': {
    summary: 'Lopeta rivin ajaminen kellon mukaan',
    fields: { name: 'sen nimi' },
  },
  'schedule run': {
    summary: 'Aja ajastettu rivi nyt, sen nimissä, jonka nimiin se on ajastettu',
    fields: { name: 'sen nimi' },
  },
  snooze: {
    summary: 'Vaienna hälytys hetkeksi, ellei siitä tule kriittinen',
    fields: { alert, time: 'kuinka pitkäksi aikaa, esimerkiksi 30m tai 8h' },
  },
  status: {
    summary:
      'Mitä on meneillään: käynnissä olevat, odottavat ja viimeisimmät työt, palvelimet ja sovellukset',
    fields: {},
  },
  'why-sick': {
    summary:
      'Miksi jokin ei ole kunnossa: syy, mistä alkaen, mitä sitä ennen muuttui ja mitä se viimeksi sanoi',
    fields: { target: 'cloud, sovellus tai palvelin' },
  },
  why: {
    summary: 'Miksi jokin hylättiin, odottaa tai epäonnistui',
    fields: { job: 'työ tai hylkäys; oletuksena oma viimeisimpäsi' },
  },
};
