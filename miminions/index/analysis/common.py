"""How ordinary a word is in the language: what everybody says tells little about what is meant."""


def word_set(words: str) -> frozenset[str]:
    """Return the words of a line."""
    return frozenset(words.split())


# Words that only hold a sentence together.
FUNCTION = word_set(
    "a about above across actually after again against all almost along already also although always am among an and another "
    "any anybody anyone anything anyway anywhere are aren around as at away back bad be because been before being below "
    "beside between beyond bit both but by came can cannot come comes could couldn did didn do does doesn doing don done "
    "down during each either else enough etc even ever every everybody everyone everything everywhere few for from get gets "
    "getting give given gives go goes going gone got had has hasn have haven having he hello her here hers hey hi him his "
    "how however i if im in inside instead into is isn it its itself just keep kind know known last lately later least less "
    "let lets like little look looks lot lots made make makes making many may maybe me mean means might mine more most much "
    "must my myself near need needs neither never next no nobody none nor not nothing now of off often oh ok okay on "
    "once one ones only onto or other others our ours out outside over own perhaps please probably pretty put quite rather "
    "really s same say says see seem seems seen several shall she should shouldn since so some somebody somehow someone "
    "something sometimes somewhere soon still such sure t take taken takes tell tells than thank thanks that the their them "
    "then there these they thing things think this those though through thus till to together too took toward try trying "
    "two u under until up upon us use used uses using ve very via want wants was wasn way ways we well went were weren "
    "what whatever when whenever where wherever whether which while who whoever whole whom whose why will with within "
    "without won would wouldn yes yet you your yours yourself re ll d m o y n e g ie eg vs per"
)  # fmt: skip

# Words of every trade and every day: shared by two texts, they are a coincidence more often than not.
EVERYDAY = word_set(
    "able accept access act action actual add added address ago agree allow answer apart appear ask asked asking available "
    "bar base basic became become began begin behind believe best better big bigger block board body book both bottom box "
    "break bring brought build built busy button buy call called calls cannot card care carry case catch cause center "
    "certain chance change changed changes changing check checked clean clear click close closed code color colour column "
    "common compare complete consider contain content continue control copy correct cost count couple course create "
    "created current currently cut data date day days deal decide default delete describe detail difference different "
    "difficult directly display drop early easy edit effect eight eleven empty end enter entry error errors evening event "
    "exact exactly example examples except exist expect expected explain extra face fact fail failed fails fall far fast "
    "feel few field fifth figure file files fill final finally find fine finish first five fix fixed folder follow "
    "following force form format forward found four fourth free friend friday full fully function general good great "
    "green group grow guess half hand handle happen happened happens hard head hear heard height help high hint hit hold "
    "home hope hour hours house human hundred idea image important include info inform input issue item items job join "
    "key kept large late leave left length letter level light limit line lines link list live load local long longer "
    "looking lose lost low main man manage mark matter max maximum member mention message method middle min mind minimum "
    "minute minutes miss missing moment monday month months morning move moved multiple name named names necessary new "
    "night nice normal note notice number numbers object old open opened opens option order original output page part "
    "parts pass past path people person phone pick piece place plan plain play point possible post prepare present press "
    "print private problem process produce project proper provide public pull push question quick quickly quite random "
    "range reach read reading ready real reason receive record red reduce remain remember remove removed rename replace "
    "report request require required rest result return returns review rewrite right room root row rows rule rules run "
    "running runs safe saturday save saw search second seconds section select send sent separate sequence set sets seven "
    "short should show shown shows side similar simple simply single site six size small solution sort sound source space "
    "special specific stand standard start started starts state stay step steps stop story string structure stuff style "
    "suggest sunday support suppose switch system table talk task team ten term test tests text third thought thousand "
    "three thursday time times title today tomorrow tonight top total touch track tree true tuesday turn type typo under "
    "understand unit update upload usual value values variable version view wait walk wednesday week weeks weekend wide "
    "width wish word words work worked working works world worst write writes writing written wrong year years yellow "
    "yesterday young zero blue black white nine eight twelve twice"
)  # fmt: skip
