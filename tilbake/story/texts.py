"""What the story says, in Norwegian Bokmål and English: its paragraphs in the order they are told, its tables, what went otherwise."""

from typing import Final

from domain.language import Text

IMPORTED: Final = Text(
    "Databasen er tom, så eksempeleksporten {file} er hentet inn som enhet {unit}: {created} tidsoppføringer på {hours} timer, "
    "{approved} godkjent, {billed} fakturert, {drafts} utkast.",
    "The database is empty, so the sample export {file} came in, as unit {unit}: {created} time entries of {hours} hours, "
    "{approved} approved, {billed} invoiced, {drafts} drafts.",
)
WORKED: Final = Text(
    "{owner} arbeidet {hours} timer den {date}: {task}, {project} for {client}. {approver} godkjente det.",
    "{owner} worked {hours} hours on {date}: {task}, {project} for {client}. {approver} approved it.",
)
ASKED: Final = Text(
    "{asker} ber om å ta den tilbake: «{reason}» {number} venter på {approver}.",
    '{asker} asks to take it back: "{reason}" {number} waits for {approver}.',
)
APPROVED: Final = Text(
    "{approver} godkjenner med en signert webhook (kanal {channel}).",
    "{approver} approves by signed webhook (channel {channel}).",
)

REVERSAL: Final = Text(
    "1. En tilbakekalling, fra forespørsel til tilbakeføring", "1. A recall, from request to reversal"
)
PREVIEW: Final = Text(
    "Forhåndsvisningen, som ikke skriver noe: {summary}", "The preview, which writes nothing: {summary}"
)
WRONG_PROJECT: Final = Text("Ført på feil prosjekt.", "Booked on the wrong project.")
REVERSED: Final = Text(
    "{number} er tilbakekalt, og oppføringen er returnert til eieren. De faktiske verdiene nå:",
    "{number} is recalled, the entry is returned to its owner. Its actuals now:",
)

REFUSAL: Final = Text("2. Avslått: allerede fakturert", "2. Refused: already invoiced")
TOO_MANY: Final = Text("To timer for mye.", "Two hours too many.")
REFUSED: Final = Text(
    "{asker} ber om å ta den tilbake og får avslag, 422 {code}:",
    "{asker} asks to take it back and is refused, 422 {code}:",
)
NOTHING_WRITTEN: Final = Text(
    "Ingenting ble skrevet, og ingen blir bedt om å avgjøre noe.",
    "Nothing was written, and nobody is asked to decide.",
)

BLOCK: Final = Text(
    "3. Blokkert ved godkjenningen: et fakturautkast kom imellom",
    "3. Blocked at approval: a draft invoice appeared in between",
)
DISCOUNT: Final = Text("Kunden var lovet en rabatt.", "The customer was promised a discount.")
DRAFTED: Final = Text(
    "Imens setter {finance} i økonomi oppføringen på fakturautkast {invoice}, {amount} {currency}.",
    "Meanwhile {finance} of finance puts the entry on draft invoice {invoice}, {amount} {currency}.",
)
BLOCKED: Final = Text(
    "Fakturaene kontrolleres på nytt i det øyeblikket, og linjen er blokkert, {code}:",
    "The invoices are checked again at that moment, and the line is blocked, {code}:",
)
TO_GO_ON: Final = Text(
    "Ingenting ble skrevet; {number} står åpen og vises som blokkert i Temporal UI. For å komme videre tar {finance} "
    "oppføringen av {invoice}, og {approver} godkjenner på nytt, eller avviser; README.md har begge kallene.",
    "Nothing was written, {number} stays open and shows as blocked in the Temporal UI. To go on, {finance} takes the entry "
    "off {invoice} and {approver} approves again, or rejects; README.md has both calls.",
)

PRODUCTION: Final = Text(
    "4. Produksjon: avgang bokført med feil antall", "4. Production: output posted with a wrong quantity"
)
FACTORY: Final = Text(
    "En liten fabrikk er hentet inn fra {files}, som enhet {unit}: {orders} ordrer gjennom {centers} arbeidssentre. "
    "En Airpot koster {cost} USD, som vi har valgt.",
    "A small factory came in from {files}, as unit {unit}: {orders} orders through {centers} work centers. "
    "An Airpot costs {cost} USD, which we chose.",
)
POSTED: Final = Text(
    "{planner} bokfører 10 Airpoter som avgang fra den siste operasjonen på {order}.",
    "{planner} posts 10 Airpots as output of the last operation of {order}.",
)
IN_STOCK: Final = Text(
    "På lager: {stock} Airpoter til {amount} {currency}. Postene:",
    "In stock: {stock} Airpots at {amount} {currency}. The ledgers:",
)
COUNTED_TWICE: Final = Text("To av de ti ble talt to ganger.", "Two of the ten were counted twice.")
ASKED_FOR_TWO: Final = Text(
    "{asker} ber om å ta 2 tilbake: «{reason}» Forhåndsvisningen: {summary} {number} venter på {approver}.",
    '{asker} asks to take 2 back: "{reason}" The preview: {summary} {number} waits for {approver}.',
)
TAKEN_BACK: Final = Text(
    "{number} er tilbakekalt til kostnaden som ble bokført. På lager: {stock} Airpoter; {order} har {finished} ferdige og "
    "{remaining} igjen å lage. Postene nå:",
    "{number} is recalled at the cost that was posted. In stock: {stock} Airpots; {order} has {finished} finished and "
    "{remaining} to make. The ledgers now:",
)

TO_LOOK_AT: Final = Text("Se selv", "To look at")
IN_THE_UI: Final = Text(
    "{number} i Temporal UI, i listen og for seg selv", "{number} in the Temporal UI, in the list and by itself"
)
API: Final = Text("API-et og dokumentasjonen  {url}", "API and its documentation  {url}")
DASHBOARD: Final = Text("Driftsoversikten           {url}", "Operations dashboard       {url}")
NO_UI: Final = Text("ikke noe Temporal UI (TILBAKE_TEMPORAL_UI_URL)", "no Temporal UI (TILBAKE_TEMPORAL_UI_URL)")
NONE_WAITS: Final = Text("Ingen tilbakekalling venter på en avgjørelse.", "No recall waits for a decision.")
ONE_WAITS: Final = Text("1 tilbakekalling venter på en avgjørelse.", "1 recall waits for a decision.")
MANY_WAIT: Final = Text("{count} tilbakekallinger venter på en avgjørelse.", "{count} recalls wait for a decision.")

ROW: Final = Text("rad", "row")
TYPE: Final = Text("type", "type")
ENTRY: Final = Text("post", "entry")
QUANTITY: Final = Text("antall", "quantity")
PRICE: Final = Text("pris", "price")
AMOUNT: Final = Text("beløp", "amount")
ADJUSTMENT: Final = Text("justering", "adjustment")
STATUS: Final = Text("status", "status")
SETUP: Final = Text("oppstilling", "setup")
RUN: Final = Text("operasjon", "run")
COST: Final = Text("kostnad", "cost")
REMAINING: Final = Text("rest", "remaining")
REVERSES: Final = Text("tilbakefører", "reverses")
THAT_ROW: Final = Text("rad {number}", "row {number}")
EARLIER_ROW: Final = Text("en tidligere rad", "an earlier row")

NOT_AS_TOLD: Final = Text("Dette gikk ikke som fortalt: {why}", "This did not go as told: {why}")
OTHER_ANSWER: Final = Text("{what} svarte {answer}, ikke {status}.", "{what} answered {answer}, not {status}.")
OTHER_STATUS: Final = Text("{what} er {status}, ikke {wanted}.", "{what} is {status}, not {wanted}.")
NOT_SETTLED: Final = Text(
    "{number} er ikke ferdig behandlet etter {seconds} s: {status}.",
    "{number} has not settled after {seconds} s: {status}.",
)
NOT_ONE_ENTRY: Final = Text(
    "{owner} har {count} oppføringer av {task} {date}, ikke én.",
    "{owner} has {count} entries of {task} on {date}, not one.",
)
REFUSED_OTHERWISE: Final = Text("Forespørselen ble avslått med {code}.", "The request was refused with {code}.")
BLOCKED_OTHERWISE: Final = Text("{number} er blokkert av {code}.", "{number} is blocked by {code}.")
NOT_EACH_ROW: Final = Text("Ikke hver rad har sin tilbakeføring.", "Not every row has its reversal.")
REVERSED_ALL_THE_SAME: Final = Text("En tilbakeføring ble likevel skrevet.", "A reversal was written all the same.")
OTHER_STOCK: Final = Text(
    "Lageret gikk fra {before} til {after}, ikke fra 10 til 8.",
    "The stock went from {before} to {after}, not from 10 to 8.",
)
FAULTY_SAMPLE: Final = Text("Eksempelet {name} har {count} feil.", "The sample {name} has {count} faults.")
THE_ENTRY: Final = Text("Oppføringen", "The entry")
THE_PREVIEW: Final = Text("Forhåndsvisningen", "The preview")
THE_REQUEST: Final = Text("Forespørselen", "The request")
THE_WEBHOOK: Final = Text("Webhooken", "The webhook")
THE_INVOICE: Final = Text("Fakturaen", "The invoice")
THE_IMPORT: Final = Text("Importen", "The import")
THE_OUTPUT: Final = Text("Bokføringen av avgangen", "Posting the output")
THE_ROLES: Final = Text("Tildelingen av roller", "Setting the roles")
THE_CHANNEL: Final = Text("Registreringen av kanalen", "Registering the channel")
