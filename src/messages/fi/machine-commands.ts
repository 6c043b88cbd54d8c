/** What the commands for machines say of themselves. */
import type { machineCommands as English } from '../en/machine-commands.ts';

export const machineCommands: typeof English = {
  'machine list': {
    summary: 'Koneet, jotka käynnistyvät täältä, ja miten kukin voi',
    description: 'Niiden alla ovat levykuvaa pyytäneet koneet, joita kukaan ei tunne.',
    fields: { which: 'vain nämä: nimiä tai label:NIMI' },
  },
  'machine show': {
    summary: 'Yksi kone: mikä se on, mitä se käynnistää ja miksi, ja viimeiset käynnistykset',
    fields: { machine: 'sen nimi tai MAC-osoite' },
  },
  'machine why': {
    summary: 'Miten koneen viimeinen käynnistys sujui vaihe vaiheelta, ja miksi se epäonnistui',
    fields: { machine: 'sen nimi tai MAC-osoite' },
  },
  'machine add': {
    summary: 'Lisää kone ilman tiedostoa',
    description: 'Saman nimen tiedostossa oleva kohta ratkaisee.',
    fields: {
      machine: 'sen nimi',
      mac: 'verkkokortin MAC-osoite',
      uuid: 'sen UUID, kuten laiteohjelmisto sen kertoo',
      serial: 'sen sarjanumero, kuten laiteohjelmisto sen kertoo',
      label: 'tunnisteita, esimerkiksi canary',
      profile: 'mikä siitä tulee',
      image: 'sen levykuva tai yksi sen versio; oletuksena profiilin',
      address: 'sen kiinteä osoite, esimerkiksi 10.77.0.7/24',
    },
  },
  'machine adopt': {
    summary: 'Ota omaksi kone, joka pyysi levykuvaa ja jota kukaan ei tunne',
    fields: {
      mac: 'MAC-osoite, jolla se kysyi',
      name: 'sen nimeksi tulee',
      label: 'tunnisteita, esimerkiksi canary',
      profile: 'mikä siitä tulee',
    },
  },
  'machine set': {
    summary: 'Aseta, mikä kone on: image=, profile=, labels=, kernel=, address=, mac=, power=',
    description:
      'Tiedostossa olevalle koneelle voi asettaa vain kohdan image=: versio määrätään sille, ja levykuvan nimi palauttaa sen noudattamaan asetuksiaan.',
    fields: { machine: 'kone', settings: 'esimerkiksi image=debian-live tai labels=canary,rack-2' },
  },
  'machine remove': {
    summary: 'Unohda keskustelussa lisätty kone',
    fields: { machine: 'kone' },
  },
  'machine boot': {
    summary: 'Käynnistä kone ja seuraa, kunnes se on noussut',
    description:
      'Se kytketään pois ja päälle, tai käynnistetään uudelleen ssh:n kautta, jos samanniminen palvelin on niin tavoitettavissa; muuten jonkun on tehtävä se. Jos se ei nouse, palautetaan, mitä se käynnistää.',
    fields: {
      machine: 'kone',
      image: 'käynnistä tästä lähtien tämä versio, tai tämän levykuvan käytössä oleva',
      once: 'vain tämän kerran',
    },
  },
  'boot plan': {
    summary: 'Mitä joku nyt käynnistäisi, ja miksi; mitään ei muuteta',
    fields: { who: 'kone tai MAC-osoite', firmware: 'millä laiteohjelmistolla se kysyy' },
  },
  'image rollout': {
    summary: 'Vie koneille niiden levykuvan versio, ensin yhdelle',
    description:
      'Koneet, joilla on tunniste canary, ovat ensimmäisinä. Seuraava aalto alkaa, kun kaikki edelliset ovat nousseet ja kunnossa; ensimmäinen, joka ei ole, lopettaa sen, ja kaikki palaavat aiempaan versioonsa.',
    fields: {
      image: 'versio, tai levykuva, jonka käytössä oleva versio viedään',
      to: 'vain nämä: nimiä tai label:NIMI',
      waves: 'montako konetta kerrallaan, peräkkäin',
    },
  },
};
