"""Words that speak of the same matter: what lets a question find a fact that says it in other words.

Each line is one matter. Two words of a line corroborate each other, less than the same word would. Written by hand; a
phrase of two words is joined by a hyphen.
"""

_KIN = """
deploy deployment release ship shipping rollout roll-out publish launch go-live live rollouts releases cut push-out
rollback roll-back revert undo restore previous downgrade back-out yesterdays
backup backups restore snapshot dump recovery recover disaster drill archive copy
commit commits message subject squash amend
branch branches merge rebase fork trunk main master
pull-request pr prs review reviewer reviews approve approval approved mr
test tests testing spec specs suite unit-test pytest jest fixture fixtures coverage e2e assertion
flaky flake intermittent sporadic unstable sometimes rerun nightly random
ci pipeline workflow actions runner job jobs build red green nightly
lint linter format formatter formatting style prettier eslint ruff clippy rustfmt vale
slow slower slowness performance perf latency fast faster speed quick profile profiling profiler flame benchmark bench takes hang hiccup stutter spike lag seconds ms stall freeze laggy sluggish throughput
benchmark benchmarks measure measuring measurement baseline figures numbers bench comparable profile
memory ram rss heap leak leaks allocation allocations alloc oom gc garbage
crash crashes crashed panic abort segfault die dies dead killed kill fatal exception core-dump sigsegv crashing
error errors exception exceptions failure failures fail fails traceback stack-trace throw throws thrown raise raised
bug bugs defect regression broken breaks broke wrong issue cure cause fixed
log logs logging logger print prints printed trace structlog stdout
monitor monitoring metric metrics dashboard grafana prometheus alert alerts alarm alarms alerting observability
alert alarm page pager on-call oncall incident outage escalate escalation wake woken runbook duty standby
login log-in sign-in signin auth authentication authenticate authentification session token tokens oauth sso logout credentials password passwords
permission permissions access role roles rights denied forbidden authorised authorized privilege grant iam acl allowed
secret secrets credential credentials vault key keys password token env api-key certificate
encrypt encryption tls ssl https certificate cert mtls
customer customers client clients merchant merchants buyer buyers user users shopper consumer guest guests subscriber account visitor visitors
player players gamer gamers playtest tester testers community
reader readers audience visitor
money price prices pricing cost costs paid pay payment payments charge charged fee fees invoice invoices bill billing budget euro euros dollar dollars usd eur gbp amount cheap expensive advance
payment pay paid payments checkout card paypal stripe refund refunds charge charged transaction
invoice invoices billing bookkeeping accounting ledger accountant receipt receipts vat tax
tax vat taxes duty withholding gross net
salary wage wages payroll bonus compensation
discount discounts voucher vouchers coupon coupons sale promotion promo offer gift-card code
order orders ordering purchase purchases cart basket checkout buy
ship shipment shipments shipping parcel parcels delivery deliver delivered carrier carriers courier postage post package freight dispatch
label labels sticker stickers tag tags barcode printer printers
stock inventory warehouse supply supplies storage sold-out availability
supplier suppliers vendor vendors provider manufacturer wholesaler procurement
product products item items goods article catalogue catalog sku
database databases db postgres postgresql mysql sqlite sql mariadb oracle
table tables column columns schema migration migrations index indexes indices row rows ddl alembic
query queries sql select join count statement orm
partition partitioned partitions shard sharding
cache caches cached caching redis memcached ttl stale evict eviction cdn purge fresh reload outdated
queue queues worker workers job jobs task tasks celery dramatiq kafka broker consumer async background message
cron schedule scheduled scheduler nightly periodic daily timer airflow dag
api apis endpoint endpoints route routes routing rest graphql request requests response http url
rate-limit ratelimit throttle throttling quota limit limits burst
pagination paginate paginated page-size cursor offset listing list
webhook webhooks callback callbacks hook notification event events replay
duplicate duplicates twice double doubled idempotent idempotency again repeated two-times dedupe
retry retries retrying backoff timeout timeouts attempt reattempt
timeout timeouts time-out hang hung wait waiting deadline slow
encoding utf-8 utf8 unicode charset iso-8859-1 latin-1 decode ascii umlaut umlauts garbage mojibake characters letters
config configuration configure settings setting setup environment env variable
flag flags toggle toggles feature-flag kill-switch switch launchdarkly experiment enabled
experiment ab-test variant variants growthbook
dependency dependencies package packages library libraries crate crates module npm pip third-party version import
version versions versioning semver major minor patch release bump
upgrade upgrades upgrading update updating bump migrate newer minor next
docker container containers image images kubernetes k8s pod pods cluster clusters helm node nodes
server servers machine machines host hosts hetzner instance vm hardware
cloud aws gcp azure bucket s3 storage
network networking dns ip port ports firewall vpn wireguard subnet proxy load-balancer ingress
domain dns hostname url subdomain
local locally localhost laptop dev development machine start
staging stage preview test-environment sandbox
production prod live
setup set-up install installation installing onboarding bootstrap getting-started
terraform infrastructure iac provisioning module plan apply
disk storage space full volume quota
data dataset datasets records dump export import
anonymise anonymize gdpr privacy personal pii dsgvo consent data-protection raw cookies tracking
tracking analytics consent cookie cookies events pixel hotjar snippet ga4
audit audits auditor auditors compliance soc iso certification evidence inspection inspector
security vulnerability vulnerabilities cve exploit attack pentest
unsafe safety miri soundness undefined
license licence licensing copyright attribution permission rights
contract contracts agreement terms clause signed signature sign
legal law lawyer court judge lawsuit obligation regulation statutory attorney
rights licensing permission estate publisher royalties
deadline deadlines due date dates until by-when schedule scheduled milestone milestones submit submission submitted upload before
schedule timetable calendar plan planning week weeks dates agenda roadmap
meeting meetings call calls appointment standup sync agenda minutes session talk
freeze frozen blackout locked no-deploy exception feature-freeze blocked
holiday holidays vacation leave away absent absence out-of-office parental christmas easter off
christmas xmas advent december holiday new-year
vacation leave away absent stands-in substitute cover replacement deputy meanwhile
who owner owns responsible contact person ask lead leads maintainer charge in-charge owned
contact contacts reach email mail phone call write address
mail email e-mail mails letter letters newsletter message send
team teams colleague colleagues staff crew people members group
boss manager director head chief ceo founder
hire hiring interview candidate recruit recruiting applicant
new-hire joiner onboarding starts intern
name names naming called rename renamed convention identifier title
rename renamed renaming renames old-name former formerly
move moved moving relocate redirect redirects slug url
url urls slug slugs link links redirect redirects anchor anchors path permalink
delete deleted remove removed drop dropped throw-out dead unused cleanup obsolete legacy retire
deprecated deprecation switch-off switched-off shutdown turned-off sunset old-version legacy abolished eol
replace replaced instead successor former migrate migrated switched dropped
allowed allow forbidden forbid banned ban must never prohibited permitted may okay rule rules
rule rules policy convention conventions guideline guidelines standard standards principle
decide decided decision choice chose agreed rejected tried dropped considered why
preference prefer prefers wants likes dislikes hates taste
style wording tone voice spelling grammar language phrase phrases
spelling british american english grammar punctuation quotes dashes hyphen comma
sentence sentences paragraph paragraphs line wording text prose
translation translations translate translated translator translators language languages locale locales i18n l10n localisation localization tongues tongue german french japanese chinese weblate
japanese japan 日本語 kanji
chinese china 中文 mandarin
german germany deutsch berlin
french france français paris
spanish spain español madrid
norwegian norway norsk danish swedish nordic
text texts string strings wording label labels copy caption message i18n translated
button buttons label tap click press knob
screen screens view views ui interface page layout window dialog
form forms field fields input validation validate submit
component components widget tile card element ui
design designs designer mockup figma wireframe layout sketch
colour colours color colors palette hex token tokens theme dark contrast
font fonts typeface typography glyph glyphs
css styling style styles tailwind stylesheet spacing px margin padding breakpoint breakpoints
image images picture pictures photo photos jpg png svg illustration asset
logo brand branding wordmark
icon icons sprite sprites artwork art
video videos film clip recording footage
sound audio music noise soundtrack silence volume track
shake shaking wobble earthquake motion vibration
animation animations animate frame frames motion
accessibility a11y wcag screenreader voiceover contrast axe alt tappable
browser browsers safari chrome firefox edge ios
mobile phone phones ios android iphone ipad tablet tablets samsung galaxy device devices
app-store store apple google-play testflight submission submitted review
widget watch watchos complication
map maps tiles maplibre location gps geo route
battery doze background energy power
offline sync synchronise synchronize outbox connection airplane
push notification notifications fcm apns
permission dialog prompt ask
react vue svelte hydration ssr client server-component next rendering
javascript typescript js ts node npm pnpm yarn
python pip venv pytest django flask
rust cargo crate crates clippy msrv
java kotlin gradle jvm android
swift swiftui uikit xcode ios
c cpp cmake compiler toolchain nightly linker
compile compiler compilation build toolchain
generate generated generator codegen regenerate autogenerated gen edit-by-hand
regenerate golden snapshot snapshots expected fixtures
documentation docs doc documented readme manual handbook guide guides page pages article articles howto tutorial reference
example examples sample samples snippet snippets demo
changelog release-notes news notes
search searching find-found index indexed results algolia typesense elastic query
search-engine google seo sitemap indexed noindex robots crawler crawled
feedback survey complaint complaints helpful satisfaction rating ratings
support helpdesk ticket tickets complaint complaints help customers
discussion discussions forum chat slack discord zulip channel community talk ask
issue issues ticket tickets tracker jira bug github codeberg gitlab
repository repo repos monorepo git mirror
git lfs commit clone checkout
permission merge owner codeowners
simulation physics tick ticks determinism deterministic desync replay replays seed
random randomness rng seed seeded chance probability dice roll
enemy enemies monster monsters creature boss npc
level levels floor floors dungeon stage map world
save saves savegame saved slot
balance balancing damage hp strength speed difficulty tuning
shader shaders gpu rendering render material vulkan opengl
path pathfinding navigation route astar
gate door doors entrance barrier
keyboard keys gamepad controller input shortcut hotkey
console switch steam deck valve playstation xbox steamdeck
wishlist wishlists pre-order sales store
dlc extras expansion paid-extras addon sequel
early-access beta alpha nightly prerelease preview demo
journalist press media interview newspaper reporter
marketing campaign campaigns advertising ad ads social banner
social twitter mastodon instagram post posts
event events festival fair conference talk exhibition booth venue
talk presentation slides deck conference speaker speak keynote show
funding fund funded grant grants sponsor sponsors donor donation investor
publisher publishing publish imprint agent editor print
book books novel manuscript chapter chapters draft story author reader scene
character characters protagonist hero heroine villain murderer figure
plot story storyline ending ends subplot twist arc finale last-page
dialogue dialog speech said tag tags quotes
draft drafts revise revision revised rewrite edit edits suggest cuts cut
word-count words length count long limit shorter pages
synopsis summary abstract blurb bio biography
cover jacket illustration front
agent agency representation rights offer
timeline chronology date dates born age year years calendar old
child children kid kids daughter son girl boy
parents mother father brother sister wife husband family
dog cat animal animals pet pets
horse cow sheep goat livestock cattle
lamp light candle torch lantern match matches fire oil
moon moonlight night dark full-moon
river boat ship harbour ferry bridge
weather rain snow temperature forecast wind storm
temperature heat cold warm cooling heating degrees
water leak pump pipe pipes plumbing
electricity power current voltage outage wiring
house flat apartment room rooms building office
rent landlord lease tenant
furniture chair table desk
kitchen cook cooking recipe recipes meal meals menu dish dishes food
allergy allergies allergen allergens intolerance gluten nut nuts lactose vegan vegetarian diet dietary
drink drinks wine beer coffee tea bar
restaurant cafe guest table reservation reservations booking bookings
hotel room booking bookings reservation guests check-in
travel trip trips train flight flights journey bus hotel ticket
car vehicle vehicles van truck driver driving license
bike bicycle cycling scooter
garden plant plants seed seeds soil bed beds greenhouse harvest crop crops watering
pest pests weed fungus spray pesticide organic
wood timber board planks oak beech saw
tool tools machine workshop equipment
metal steel weld welding
paint painting varnish coat finish glaze
clay kiln glaze firing pottery
fabric textile sewing cloth yarn
order-quantity batch batches lot lots production run
quality defect inspection tolerance check
safety hazard helmet gloves protective accident fire-exit
health doctor patient patients medical clinic hospital nurse
medicine drug drugs dose dosage medication prescription
treatment therapy diagnosis symptom symptoms
blood sample samples specimen lab laboratory
experiment experiments trial study protocol assay run
ethics irb consent approval board participants
participant participants subject subjects volunteer respondents cohort
paper papers manuscript journal publication submission reviewer reviewers referee
statistics statistical model regression p-value significance mean median
plot plots figure figures chart charts graph graphs diagram visualisation dashboard
instrument microscope sensor sensors calibration calibrate spectrometer reading
sensor sensors meter meters reading readings measurement probe
school class classes lesson lessons pupil pupils student students teacher teachers course courses
exam exams test grade grades grading mark marks assessment homework
university thesis professor lecture seminar campus
training workshop course learn exercise practice
sport team match training club coach
choir music concert rehearsal rehearsals orchestra band singer conductor
theatre stage play actor actors rehearsal performance
exhibition museum gallery artist artwork loan curator
club association member members membership statutes board chair treasurer
volunteer volunteers helper helpers roster shift shifts
shift shifts roster rota duty working-hours schedule
meeting-minutes minutes protocol resolution vote votes voting
insurance policy claim claims damage liability
bank account transfer iban loan credit interest
accounting bookkeeping ledger fiscal quarter year-end annual audit
report reports reporting dashboard monthly weekly quarterly summary status
spreadsheet excel csv sheet table export
file-format csv json xml yaml parquet pdf docx
pdf print handbook document export paged
document documents template templates form word docx
scan scans scanner ocr digitise
photo-shoot camera shoot lens
newsletter subscribers mailing campaign mailchimp
website site web homepage landing page pages
hosting host server provider
domain-model entity aggregate value-object dataclass
type types typing mypy annotation annotations generic generics
class classes function functions method methods constructor interface trait
error-handling result exception raise unwrap expect panic option
number numbers integer integers float floats rounding decimal precision fixed-point
rounding rounded cents decimal sum total totals mismatch
currency currencies exchange euro franc chf dollar
unit units metric wh kwh kg meter conversion
time timezone timezones utc local clock dst daylight-saving hour midnight
date dates day iso format calendar
daylight-saving dst summer-time clock-change 23-hour 25-hour march october
size big large huge biggest small rows million
biggest largest huge enormous massive million percent
limit limits maximum minimum cap at-most threshold exceed
retention keep kept retained expire expiry days months delete history stored
history past old archive earlier previous before
known already seen before familiar again same
reason why because cause caused came
missing lost vanished disappeared gone empty nothing absent silently not-found
wrong incorrect mismatch differs different garbage mess
differ differs difference different mismatch both machines
late later delayed delay arrives overdue
early earlier sooner
open opening start startup boot launch begins
close closed closing shut
fast-forward skip skipping skipped
download downloads upload uploads file transfer sftp ftp fetch
import imported ingest ingestion load loading loader feed feeds source etl
feed feeds source sources supplier file files sftp
quarantine quarantined reject rejected invalid failed-checks quality
backfill reload rerun reprocess history catch-up recompute
model models mart marts staging dbt transformation
warehouse bigquery snowflake redshift lake
dashboard looker tableau metabase powerbi tile report
seed seeds reference-data lookup csv
join joins key keys foreign null nullable
spark airflow dag orchestration schedule
machine-learning training inference model embedding
ai llm model prompt agent assistant
prompt answer answers assistant suggestions suggest criticism
robot arm gripper axis motor
firmware embedded microcontroller flash flashing board
hardware board pcb chip circuit
serial uart usb cable connector
protocol wire format byte bytes binary packet frame header endian big-endian little-endian order-of-bytes
length size bytes limit overflow checked
buffer buffers pool pooling reuse allocation arena
thread threads concurrency lock locks mutex race deadlock parallel single-flight simultaneous
parallel concurrent same-time simultaneously overlap
async await sync synchronous coroutine
transaction transactions commit rollback isolation lock locked
connection connections pool pgbouncer pooling
tenant tenants tenancy multi-tenant isolation merchant
user-interface ux usability prototype
empty-state loading skeleton spinner loader placeholder
error-message message messages wording text errors
notification alerts toast banner
modal popup dialog overlay
search-box autocomplete filter filters sorting sort
sort sorting order ordering sorted
price-display currency vat format
country countries market markets region regions international belgium germany austria switzerland netherlands
address street postcode city zip
customer-support refund return returns complaint
return returns refund exchange warranty
shop store retail ecommerce storefront
subscription subscriptions plan plans recurring renewal cancel
trial trials free premium
cancel cancelled cancellation no-show refund
sign-off approve approval signs-off approves permission visible owner
third-party external outside vendor script scripts csp
csp nonce nonces script inline third-party
cookie cookies session samesite cart browser
header headers http request
password reset login account
lock locked unlock key keys code access
key-holder keys key door open alarm
alarm-system code alarm key
visitor visit appointment tour
opening-hours hours open closed
parking car garage
toilet cleaning cleaner rubbish waste recycling bins
noise loud quiet neighbours neighbour
party birthday wedding celebration
gift present voucher
speech script narration voice recording
episode episodes podcast recording guest audio edit
camera video recording edit cut
game gameplay rules play
score scores points ranking leaderboard
achievement achievements perk perks reward
tutorial intro onboarding first-time newcomers
quickstart tutorial getting-started newcomers new-users
headline heading headings title titles h1 h2
table-of-contents toc contents sidebar navigation nav menu
callout callouts note tip caution warning admonition
front-matter frontmatter yaml header metadata
glossary term terms terminology word avoid
link-check broken-links dead links 404
404 not-found missing broken
disaster drill drills failover exercise rehearse rehearsal simulate emergency recovery standby region
availability uptime slo sla goal target downtime reliability
retention keep kept days months years old logs history expire how-long
manual manually hand-made by-hand clicked console drift overwritten reset reverted deleted reconciled
managed owned controlled operator automation gitops
scale scaled scaling replicas autoscale autoscaler count instances
spot preemptible evicted interrupted burst vanish
capacity disk disks full grow growth fill filled limit space
credentials role identity access rights permission account metadata
cluster clusters connect context kubeconfig tunnel reach refused bastion
secret secrets vault sealed encrypted password passwords env
mesh istio linkerd sidecar mtls envoy
volume volumes pvc attach mount zone pending
architecture arm arm64 amd64 x86 platform multi-arch
registry image images pull push docker digest
tag tags labels label annotation metadata
budget bill spending spend expenses saving savings cheaper expensive cost costs
region zone country location residency jurisdiction
evidence proof prove proven records documentation
quarter quarterly month monthly year yearly annual week weekly
percent share rate ratio conversion proportion
wait waits waiting waitlist queue pending backlog
buy sell sale sold purchase available price launch
refuse refused reject rejected turned-down turn-down decline declined denied denial veto
accept accepted approve approved agree agreed confirmed
unreadable illegible tiny contrast blurry font-size
sick nausea dizzy motion
hiccup stutter stutters freeze hitch judder
warm-up warmup cold-start first-time compile precompile
hit hits impact collision collide strike land lands
rebuild rebuilt recompute recalculated refresh reload reprocess
crlf line-endings eol newline newlines whitespace tab tabs
silently silent no-warning swallowed ignored quietly unnoticed
page pages article articles post posts
headline heading title titles anchor anchors slug slugs
proofread expert reviewer specialist knows ask subject
ingestion ingest intake pipeline import
future soon coming promise promises roadmap planned upcoming announce
unpublished draft drafts hidden unreleased
generated auto-generated source-of-truth hand-edited by-hand edited
redirect redirects moved url permanent
freeze frozen locked blocked no-merge code-freeze feature-freeze embargo
blocker blockers blocking block prevents
compatibility compatible backward backwards breaking
leak leaks climbs grows rss retained memory alive
loop loops infinite stuck forever hang progress
expected golden reference regenerate snapshot fixtures
comparable measurement benchmark regression slower faster
suspect suspects culprit usual-causes cause causes
decimal comma separator thousand magnitude zeros digits
column columns rename renamed downstream contract
human humans person people
shop shops store merchant merchants seller trader
weight weights heavy mass gram kilo
override exception exceptions grant lift allowed waiver
only alone sole single exclusively
handover hand-over takeover substitute stands-in deputy cover
colour hex literal hard-coded token palette
thrown-out logged-out logout expired session refresh
cart basket trolley bag checkout
combine combined together stack both
undo previous-release rollback instant revert
banner campaign promotion announcement
suspicion suspect reveal clue culprit murderer guilty killer crime murder
say said whisper whispered shout asked tag adverb adverbs
anachronism period modern historical era century
leftover leftovers remaining remains residue old-name
bio biography about-me author portrait cv resume
italic italics bold emphasis underline
die dies death drown kill killed survive survives violence
mute silent speaks voice word speech deaf
sequel series second-book continuation trilogy
royalty royalties advance payment percentage commission
poem verse verses lyrics quotation epigraph song
geography map north south east west bridge street location
age old born birthday married birth
letter letters diary handwriting note
shorten trim drag drags tighten cut cuts condense
praise criticism feedback compliment critique
placeholder todo marker markers tbd fixme
sources source citation citations cite reference references bibliography footnote footnotes quote
interview interviews transcript transcription recording anonymous informant witness
editor-in-chief editorial newsroom desk byline headline correction retraction
archive archives archival library catalogue shelf box accession
loan loans borrow borrowed lend return overdue
gene genes dna rna sequencing sequence primer pcr plasmid
cell cells culture medium incubator passage contamination contaminated
freezer fridge refrigerator cold-storage minus thaw thawed frozen
reagent reagents chemical chemicals solvent buffer kit lot batch
centrifuge pipette bench glove fume-hood autoclave sterile
mouse mice rat animal cage vet
measurement measurements uncertainty error-bar calibration standard replicate replicates control controls
dataset raw-data preprocessing cleaning outlier outliers missing-values
hypothesis preregistration preregistered power effect-size
grant proposal funder funding budget report deliverable deliverables
supervisor advisor professor phd postdoc student
lecture lectures seminar slides semester term syllabus curriculum
pupil pupils class parents school-trip teacher
absence sick-note ill illness sick
exam exams oral written resit deadline
caterer catering food buffet lunch dinner drinks guests headcount
venue hall stage location hire rental capacity seats seating
ticket tickets admission entry price box-office sold
speaker speakers keynote panel programme agenda slot slots
sponsor sponsors sponsorship donor donation logo
volunteer volunteers crew helpers shift briefing
poster flyer flyers brochure print printing printer
badge badges wristband registration attendee attendees participant
projector microphone pa lights lighting sound stage technician
rain weather backup-plan tent outdoor indoors
bake baking baker dough flour oven yeast sourdough bread loaf pastry
menu dish dishes recipe recipes portion portions ingredient ingredients chef cook
supplier delivery order butcher greengrocer wholesale
hygiene haccp temperature log cleaning inspection fridge
waiter waitress service table tip tips reservation
stocktake stock inventory par shelf expiry best-before
client case file matter court hearing lawyer counsel
statute paragraph article law regulation directive ruling judgment
limitation deadline appeal filing submit brief
confidential privileged confidentiality nda secrecy disclosure
power-of-attorney signature notary signed signing seal
land plot register mortgage purchase deed
tenant tenants lease rent deposit landlord utilities
builder builders contractor construction site scaffold concrete mason
architect plans drawing drawings permit permission planning
insulation roof window windows wall walls floor plaster
heating boiler radiator pump thermostat
wiring socket fuse electrician volt
screw screws bolt bolts nut thread torque
machine machines spindle feed cnc lathe mill milling tool
tolerance drawing dimension gauge micrometre fit
weld seam solder soldering joint
shift line operator downtime maintenance breakdown
maintenance service interval oil grease replacement
spare spares part parts replacement
forklift pallet pallets rack racks loading dock
truck driver route tour loading customs border
customs duty tariff import export declaration
incoterm freight container sea-freight bill-of-lading
invoice dunning reminder overdue payment-terms
expense expenses travel-expenses receipt reimbursement per-diem
cost-centre account booking ledger entry
audit auditor year-end closing balance-sheet accrual
budget forecast plan actual variance
loan credit bank interest repayment
salary payroll wage overtime bonus
vacation leave sick sickness absence approval
applicant applicants interview hire job-ad position vacancy
onboarding first-day new-hire induction mentor
works-council union agreement employee representative
appraisal review feedback one-on-one goals
donation donations donor fundraising charity nonprofit
statutes board general-meeting members vote quorum
membership dues fee member
key keys chip access-card door alarm
patient patients appointment practice doctor nurse
prescription dose medication drug pharmacy
allergy allergies intolerance anaphylaxis epipen
blood pressure pulse lab value values
insurance claim insurer reimbursement billing
consent confidentiality privacy record records
vaccine vaccination booster
x-ray ultrasound scan mri image
seed seeds sow sowing germinate seedling seedlings
harvest pick picking yield crop
irrigation watering drip hose dry drought
fertiliser fertilizer compost manure nutrient
pest pests aphid slug slugs mildew blight
greenhouse tunnel bed field plot
tractor plough mower implement
cow cows milk milking barn calf
hive hives bee bees honey queen swarm varroa
wine grape grapes vineyard barrel fermentation
beer brew brewing hops malt yeast keg
coffee roast roasting beans espresso grind
cheese rennet rind ripening
film shoot shooting scene take set crew
camera cameras lens exposure iso tripod
actor actress cast casting role
script screenplay dialogue page-count
edit cut timeline footage rushes export
grade grading colour-correction lut
sound-mix dub dubbing subtitle subtitles caption captions
music licence track score composer
album track mix mastering recording studio
choir sheet-music score rehearsal concert
theatre costume props stage lighting
painting canvas pigment varnish restoration
museum loan object exhibit label humidity
photo photos picture negatives print frame
podcast episode host guest intro jingle
stream streaming obs scene overlay
race run running marathon pace
football match referee coach training
climbing route rope belay
sailing sail mast harbour tide
trip itinerary hotel flight train visa
visa passport embassy entry
train rail timetable delay platform
aircraft flight pilot drone airspace
satellite telescope orbit antenna
robot arm gripper joint axis
motor motors encoder driver torque
voltage current battery charge charger
pcb board solder component footprint
firmware bootloader flash ota device
sensor sensors drift calibrate offset
can-bus modbus i2c spi uart serial
printer filament nozzle layer print-bed
model training epoch loss checkpoint
gpu cuda vram node cluster-job
label annotation annotator dataset split
evaluation metric accuracy recall precision baseline
prompt temperature context completion
token tokens limit context cost
spreadsheet formula cell pivot sheet
slide deck template font master
newsletter open-rate subscriber list unsubscribe
post schedule hashtag caption reel
ad ads keyword bid click campaign
landing conversion funnel signup
survey questionnaire respondents answers
persona user-research interview usability
sprint backlog story estimate velocity
retro retrospective standup planning kanban
okr goal objective key-result
risk risks mitigation contingency
vendor tender rfp quote quotation offer bid
contract renewal notice termination cancel
warranty guarantee repair defect return
complaint complaints claim goodwill refund
emergency ambulance fire evacuation assembly-point first-aid
lost-and-found lost wallet left-behind
cleaning mop bin bins rubbish recycling
parking permit car-park space garage
bike bicycle repair brake tyre chain
boiler leak plumber tap drain
noise neighbours quiet-hours complaint
wedding bride groom ceremony reception
funeral burial memorial
birthday party cake present
religion church mosque prayer service
vegetarian vegan halal kosher meat fish pork
alcohol sober drinks
smoke smoking smoker vape
child-protection safeguarding minor minors supervision
accessible wheelchair ramp lift elevator
deaf hearing sign-language interpreter
blind braille screenreader
translate interpreter interpreting bilingual
dialect informal formal salutation polite form-of-address du sie tu vous
pronoun pronouns gender inclusive
abbreviation acronym initials
loss diverge diverges diverged nan explode explodes exploded infinity unstable gradient gradients overflow
learning-rate lr warmup scheduler schedule optimizer optimiser adam sgd weight-decay
checkpoint checkpoints resume weights snapshot saved restart
train training trains retrain finetune fine-tune fine-tuning epoch epochs run runs
evaluate evaluation eval validation benchmark held-out test-set accuracy score metric metrics f1
leak leakage contamination contaminated overlap duplicates split train-test
tokenizer tokeniser tokens vocabulary vocab wordpiece bpe
annotate annotation annotations annotators labelling labeling labels labelers guidelines
gpu gpus a100 h100 cuda card cards accelerator nodes cluster slurm queue job jobs
batch batch-size microbatch accumulation
mixed-precision fp16 bf16 float16 half-precision precision
seed seeds reproducible reproducibility deterministic nondeterministic variance
experiment experiments run runs tracking wandb mlflow logged
dataset datasets corpus corpora data source sources licence
dataloader loader loading workers io throughput starving bottleneck
inference serving serve latency endpoint deploy model
quantise quantize quantization int8 compress distill prune
hallucinate hallucination refusal toxic harmful safety
interrupt interrupts isr irq handler
watchdog reset resets reboot reboots restarts brownout
sleep deep-sleep low-power standby wake wakes battery current consumption drain drains
flash flashing bootloader firmware update ota dfu image brick bricked
stack heap overflow malloc static allocation memory ram
rtos freertos zephyr task tasks thread priority mutex
bus i2c spi uart can serial usart modbus address pull-up
pin pins gpio port header connector jumper
clock crystal oscillator pll drift timer timers
adc dac sample sampling noise reference voltage
radio antenna lora ble bluetooth wifi zigbee range rssi
debug debugger probe jtag swd openocd gdb breakpoint
board boards revision rev pcb prototype hardware errata
certification ce fcc emc emission test-lab
measure measured measurement measurements reading readings value values
drift drifts offset bias calibrate calibrated calibration zero
temperature cold hot freeze freezing heat thermal degrees
humidity moist moisture damp wet dry
factory production-line assembly manufacturing tester jig fixture
customer-return rma return field failure failures
sample samples specimen specimens tube tubes vial vials aliquot aliquots
store stored storage freezer freezers fridge rack box shelf minus-80
protocol protocols sop procedure method methods steps
dilute dilution dilutions concentration stock molar volume
plate plates well wells 96-well layout
stain staining antibody antibodies dye fluorescence
microscope microscopy image images imaging objective
book booking bookings reserve reserved reservation slot calendar instrument
waste hazardous disposal dispose bin biohazard
animal animals ethics licence approval permit
notebook lab-book eln record records entry
analysis analyse analyze statistics script pipeline r
figure figures plot plots colour-blind palette panel
paper manuscript submission journal reviewer revision preprint
author authors authorship order contribution
conference abstract poster talk deadline
order orders ordering purchase reagent supplier delivery
expire expired expiry shelf-life use-by old
broken defective out-of-order repair technician service maintenance
lost misplaced missing stolen search
spill spilled accident burn injury first-aid
training induction introduction certificate allowed
weekend night after-hours alone overnight access
cost-centre account grant budget code charge
class classes lesson course timetable room
grade grades mark marks exam points pass
parents guardian consent permission slip
substitute cover absent ill teacher
homework assignment assignments deadline extension late
plagiarism cheating copied ai
booth stand exhibition fair trade-show
flight hotel travel booking reimbursement
contract lawyer clause liability penalty
invoice reminder unpaid overdue dunning
quote offer estimate proposal tender price
discount rebate percent allowance terms
margin markup profit revenue turnover sales
forecast target quota pipeline deal deals
lead leads prospect prospects crm
churn cancel cancelled retention renewal
complaint angry unhappy upset dissatisfied escalation
gdpr erasure delete-request subject-access personal data
recall withdraw withdrawn batch defect
colour paint shade ral pantone print
print printing printer proof bleed cmyk
paper stock gram weight binding cover
font typeface licence glyph kerning
logo placement clear-space brand guideline
photo picture credit copyright release model-release
caption subtitle alt-text description
tone voice formal informal du sie friendly
interview source quote off-the-record approval
headline lead lede teaser standfirst
correction erratum retract wrong
deadline print-deadline copy-deadline going-to-press
volunteer helper rota shift cover
key keys lockup alarm closing opening
till cash float change card-reader
allergen gluten nuts label menu
portion serving recipe yield scale
oven temperature bake minutes core
delivery supplier cutoff order-by morning
stock low run-out empty reorder minimum
booking deposit cancellation no-show party
seat seating capacity table row
rehearsal run-through soundcheck dress
microphone mic cable stage-box mixer
light lights cue dimmer desk
costume prop props wardrobe
licence fee gema royalties performing
rain wet cancel postponed alternative
field plot bed rows spacing
spray sprayed waiting-period harvest
vet vaccination tag herd animal
machine tractor service hours oil
subsidy grant area declaration
permit planning permission authority
inspection inspector checklist report
foundation concrete pour cure days
scaffold harness helmet safety
drawing drawings revision plan version
crane lift load tonnes
asbestos lead-paint hazard survey
survey measurement laser level
handover snag snags defects acceptance
patient patients file record chart
referral letter gp specialist
dose mg tablet medicine
emergency on-call duty phone
hand-hygiene disinfect gloves mask
child children minor guardian
shelter cage adoption rescue
donor gift receipt thank-you
grant report narrative spent
board minutes decision resolution
election vote candidate ballot
translation translator glossary deadline
map maps projection crs coordinate coordinates epsg
tile tiles raster vector layer layers
elevation height dem contour
satellite imagery cloud band
simulation mesh solver converge convergence residual
cad part assembly drawing tolerance revision step
3d-print printed filament layer infill
cut cutting laser mill feed
drill hole thread tap
glue adhesive cure bond
password-manager vault shared-login credentials account
vpn remote home-office access tunnel
laptop device asset inventory return
phishing scam suspicious mail
backup tape offsite restore test
patch patches update window maintenance
license-key seat seats subscription renewal
printer toner paper jam
meeting-room projector booking screen
onboarding checklist first-day laptop account
"""


def _table() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(_KIN.strip().splitlines()):
        for word in line.split():
            found[word] = (*found.get(word, ()), number)
    return found


KIN = _table()
