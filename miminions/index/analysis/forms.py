"""Forms of one word that a stemmer takes for different words: irregular verbs, near relations, spellings of two countries."""

_FAMILIES = """
begin began begun|bite bit bitten|blow blew blown|break broke broken|bring brought|build built|buy bought|catch caught|
choose chose chosen choice|come came|deal dealt|dig dug|draw drew drawn|dream dreamt|drink drank drunk|
drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found|fly flew flown flight|
forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|give gave given|go went gone|grow grew grown growth|
hang hung|hear heard|hide hid hidden|hold held|keep kept|know knew known knowledge|lay laid|lead led|learn learnt|
leave left|lend lent|light lit|lose lost loss|make made|mean meant|meet met|pay paid|ride rode ridden|ring rang rung|
rise rose risen|run ran|say said|see saw seen|seek sought|sell sold sale|send sent|shake shook shaken|shine shone|
shoot shot|show shown|shrink shrank|sing sang sung song|sink sank sunk|sit sat|sleep slept|speak spoke spoken speech|
spend spent|stand stood|steal stole stolen|stick stuck|strike struck|swear swore sworn|swim swam swum|swing swung|
take took taken|teach taught|tear tore torn|tell told|think thought|throw threw thrown|understand understood|
wake woke woken|wear wore worn|weave wove woven|win won|write wrote written|rewrite rewrote rewritten|
forbid forbade forbidden|choose chose chosen|overcome overcame|
foot feet|tooth teeth|man men|woman women|child children kid|person people|mouse mice|goose geese|life live lives|
wife wives|leaf leaves|knife knives|index indices|vertex vertices|matrix matrices|criterion criteria|analysis analyses|
good better best|bad worse worst|marry marriage married|decide decision|die death dead died|
succeed success successful|believe belief|advise advice|arrive arrival|describe description|strong strength|
long length|high height|young youth|healthy health|angry anger|hungry hunger|create creative creation|
inspire inspiration|apply application|move movement|explore exploration|invite invitation|celebrate celebration|
graduate graduation|compete competition competitive|perform performance|photo photograph photographer photography|
music musician musical|art artist artistic|science scientist scientific|paint painter painting|cook cooking|
relax relaxation|adopt adoption|injure injury|recover recovery|prepare preparation|organize organization|
deploy deployment|migrate migration|implement implementation|configure configuration config|
document documentation docs|authenticate authentication auth|repository repo|database db|application app|
environment env|dependency deps|directory dir|specification spec|administrator admin|
mother mom mum mommy|father dad daddy|grandmother grandma|grandfather grandpa|bicycle bike|television tv|
refrigerator fridge|examination exam|advertisement ad advert|gymnasium gym|veterinarian vet|telephone phone|
jewelry jewellery|program programme|travel traveled travelled traveling travelling|cancel canceled cancelled|
color colour|favorite favourite|center centre|behavior behaviour|license licence|gray grey|
"""
# Endings that two countries spell differently.
_ENDINGS = (("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("ise", "ize"), ("yse", "yze"))
_FAMILY: dict[str, tuple[str, ...]] = {}
for _line in _FAMILIES.split("|"):
    _words = tuple(_line.split())
    for _word in _words:
        _FAMILY[_word] = tuple(dict.fromkeys(_FAMILY.get(_word, ()) + _words))


def forms(word: str) -> tuple[str, ...]:
    """Return a word in lower case and what counts as the same word; what a stemmer makes equal is not repeated."""
    found = [word]
    for base in _bases(word):
        found += _FAMILY.get(base, ())
    for one, other in _ENDINGS:
        for ending, instead in ((one, other), (other, one)):
            if word.endswith(ending) and len(word) > len(ending) + 2:
                found.append(word[: -len(ending)] + instead)
    return tuple(dict.fromkeys(found))


def _bases(word: str) -> tuple[str, ...]:
    """Return a word and what it may be an inflection of."""
    bases = [word]
    for ending, instead in (("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("d", "")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            bases.append(word[: -len(ending)] + instead)
    return tuple(bases)
