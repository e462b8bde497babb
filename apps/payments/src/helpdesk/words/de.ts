import type { HelpdeskWords } from './helpdesk-words.js';

export const de: HelpdeskWords = {
  states: {
    authorizing: {
      happened:
        'Der Kunde wurde auf die Zahlungsseite geleitet und ist dort noch nicht fertig. Es ist nichts reserviert.',
      next: 'Senden Sie den Link noch einmal, oder lassen Sie den Kunden am Ladepunkt neu beginnen; was nicht abgeschlossen wird, verfällt von selbst.',
    },
    starting: {
      happened: 'Der Betrag ist reserviert, und der Ladepunkt wurde gebeten zu starten. Er hat noch nicht geantwortet.',
      next: 'Warten Sie einige Sekunden. Startet er nicht, kann der Kunde abbrechen, und die Reservierung wird aufgehoben.',
    },
    'waiting-for-plug': {
      happened: 'Der Betrag ist reserviert, und der Ladepunkt ist bereit. Es ist kein Auto angesteckt.',
      next: 'Lassen Sie den Kunden anstecken, bevor die Zeit auf seiner Seite um ist; sonst wird die Reservierung von selbst aufgehoben.',
    },
    'start-failed': {
      happened:
        'Der Ladepunkt ist nicht gestartet. Der Betrag bleibt einige Minuten reserviert, damit für einen neuen Versuch nichts weiter reserviert werden muss.',
      next: 'Starten Sie von hier noch einmal, oder lassen Sie es den Kunden an einem Ladepunkt daneben versuchen; sonst wird die Reservierung von selbst aufgehoben.',
    },
    charging: {
      happened: 'Das Auto lädt, oder der Ladepunkt wurde aufgefordert zu beenden und hat es noch nicht getan.',
      next: 'Beenden Sie den Ladevorgang, wenn der Kunde es wünscht. Löst sich dann das Kabel nicht, entriegeln Sie den Stecker; gelingt das nicht, fragen Sie, wer den Ladepunkt betreut.',
    },
    ended: {
      happened: 'Das Laden ist beendet. Der Preis wird aus den Messwerten berechnet.',
      next: 'Nichts: Der Betrag wird in wenigen Minuten abgebucht. Löst sich das Kabel nicht, entriegeln Sie den Stecker; gelingt das nicht, fragen Sie, wer den Ladepunkt betreut.',
    },
    checking: {
      happened: 'Das Laden ist beendet, und ein Mensch muss sich die Messwerte ansehen, bevor etwas abgebucht wird.',
      next: 'Fragen Sie, wer mit der Rolle operator Ladevorgänge prüft: Dort wird über den Ladevorgang entschieden oder die Reservierung aufgehoben.',
    },
    capturing: {
      happened: 'Der Zahlungsdienst wurde beauftragt, den fälligen Betrag abzubuchen.',
      next: 'Nichts: Das ist in wenigen Minuten erledigt.',
    },
    captured: {
      happened: 'Der fällige Betrag wurde bezahlt. Was darüber hinaus reserviert war, ist wieder frei.',
      next: 'Senden Sie den Link zum Beleg. Beschwert sich der Kunde zu Recht, erstatten Sie einen Teil oder alles.',
    },
    'capture-failed': {
      happened: 'Das Laden wurde nicht bezahlt: Der Zahlungsdienst hat den fälligen Betrag nicht abgebucht.',
      next: 'Fragen Sie, wer die Rolle operator hat: Dort wird die Abbuchung noch einmal versucht, solange die Reservierung besteht, oder der Betrag ausgebucht.',
    },
    refunded: {
      happened: 'Alles, was bezahlt wurde, wurde erstattet.',
      next: 'Nichts: Bis die Bank das anzeigt, vergehen einige Tage.',
    },
    releasing: {
      happened: 'Die Reservierung wird gerade aufgehoben.',
      next: 'Nichts: Das ist in einer Minute erledigt.',
    },
    released: {
      happened: 'Es wurde nichts abgebucht; die Reservierung ist aufgehoben.',
      next: 'Nichts: Bis die Bank das anzeigt, vergehen einige Tage.',
    },
    declined: {
      happened: 'Die Karte wurde abgelehnt. Es war nichts reserviert.',
      next: 'Lassen Sie den Kunden eine andere Karte versuchen.',
    },
    failed: {
      happened: 'Die Zahlung kam nicht zustande. Es war nichts reserviert.',
      next: 'Lassen Sie den Kunden neu beginnen.',
    },
  },
  reasons: {
    declined: 'Die Bank hat sie abgelehnt.',
    expired: 'Die Zahlungsseite wurde nicht rechtzeitig abgeschlossen.',
    cancelled: 'Sie wurde abgebrochen.',
    'provider-unavailable': 'Der Zahlungsdienst war nicht erreichbar.',
    'provider-refused': 'Der Zahlungsdienst hat sie nicht angenommen.',
    'amount-differs':
      'Der Zahlungsdienst hat einen anderen Betrag oder eine andere Währung reserviert als vereinbart, oder im Ladedatensatz steht ein anderer.',
    'evse-taken': 'Jemand anderes hatte dort zuerst bezahlt.',
    'start-rejected': 'Der Ladepunkt hat den Start abgelehnt.',
    'not-connected': 'Der Ladepunkt war nicht verbunden.',
    'evse-unknown': 'Der Ladepunkt ist nicht bekannt.',
    'start-timed-out': 'Der Ladepunkt hat nicht rechtzeitig geantwortet.',
    'not-plugged-in': 'Es wurde nicht rechtzeitig ein Auto angesteckt.',
    'nothing-to-pay': 'Es war nichts zu zahlen.',
    'hold-lost': 'Der Zahlungsdienst hält den Betrag nicht mehr reserviert.',
    'not-priced-in-time': 'Der Preis stand nicht fest, bevor die Reservierung endete.',
    'capture-refused': 'Der Zahlungsdienst hat die Abbuchung abgelehnt.',
    'operator-released': 'Der Betreiber hat die Reservierung aufgehoben.',
  },
  session: {
    never: 'Damit wurde nicht geladen.',
    notYet: 'Das Laden hat noch nicht begonnen.',
    began: 'Das Laden begann am {at}.',
    ended: 'Es endete am {at}.',
    energy: '{energy} wurden geladen.',
    energySoFar: 'Bisher wurden {energy} geladen.',
    cost: 'Bisher kostet es {amount}.',
  },
  money: {
    nothing: 'Es ist nichts reserviert, und es wurde nichts bezahlt.',
    held: '{amount} sind auf der Karte reserviert.',
    due: 'Der Ladevorgang kostet {amount}.',
    captured: '{amount} wurden von der Karte abgebucht.',
    refunded: '{amount} wurden erstattet.',
    refunding: '{amount} sind noch zu erstatten.',
    short: '{amount} sind fällig und wurden nicht bezahlt.',
    writtenOff: 'Was niemand bezahlt hat, wurde ausgebucht.',
  },
  actions: {
    start: 'Den Ladepunkt noch einmal starten lassen, mit derselben Reservierung.',
    stop: 'Das Laden beenden, oder abbrechen, was noch nicht begonnen hat.',
    unlock: 'Den Stecker entriegeln, wenn sich das Kabel nicht löst.',
    'send-link': 'Dem Kunden den Link seiner Seite per E-Mail senden.',
    release: 'Die Reservierung aufheben.',
    refund: 'Einen Teil oder alles erstatten, was bezahlt wurde.',
    'retry-capture': 'Noch einmal versuchen, den fälligen Betrag abzubuchen.',
    'write-off': 'Ausbuchen, was niemand bezahlt.',
  },
  mails: {
    waiting: 'Die E-Mail ist noch nicht gesendet.',
    sent: 'Der Mailserver hat die E-Mail angenommen.',
    refused: 'Der Mailserver hat die E-Mail abgelehnt: bitte die Adresse noch einmal erfragen.',
  },
};
