"""Turns of phrase that tell what a prompt sets out to do, in the words of every trade."""

from itertools import pairwise

from miminions.index.analysis.common import word_set
from miminions.index.analysis.gist import words

# Each is met by any of its words or phrases; ^ is the beginning of the prompt. An apostrophe parts words.
_PHRASES = {
    # It goes on, confirms, thanks or greets.
    "chat": "^yes ^no ^yep ^nope ^ok ^okay ^y ^n ^thanks ^thank ^thx ^perfect ^nice ^great ^super ^lovely ^good ^continue "
    "^go_on ^go_ahead ^keep_going ^next ^weiter ^sure ^hm ^hmm ^morning ^hello ^hi ^hey ^danke ^merci ^gracias ^obrigado "
    "^obrigada ^bedankt ^takk ^stop ^wait ^that_s ^that_one ^did_you ^use_your ^lets ^let_s ^do_it ^the_other ^the_first "
    "^the_second ^again ^cool ^awesome ^brilliant ^excellent ^exactly ^right ^correct ^agreed ^fine ^alright ^proceed ^resume "
    "^more ^and_now ^both ^none ^neither ^never_mind ^nevermind ^sorry ^oops ^haha ^lol ^good_morning ^ugh ^wow ^ja ^nein ^oui ^non "
    "^sí ^vale ^sim ^não ^ok_next ^jo ^mach ^shorter ^longer ^undo_that ^revert_that ^try_again ^not_that ^that_works ^works",
    # It wants to know how the world is, not how it is here.
    "general": "in_general generally general_question difference_between differences_between the_difference unterschied "
    "différence diferença diferencia differenza verschil forskjell forskjellen bedeutet allgemein just_curious curious "
    "these_days usual usually roughly ballpark explain erkläre erklär eli5 like_i_m in_one_sentence in_two_sentences "
    "in_three_sentences in_one_line in_two_lines in_three_lines in_a_few_words zwei_sätzen deux_phrases pros_and_cons "
    "what_happens_when what_happens_if what_happens_to compare_to vs versus as_opposed_to how_to_say comment_dit when_is_a "
    "when_should_i when_should_one when_are_a what_does_a what_is_a what_are "
    "how_does how_do_people why_do_people why_does_a is_it_true rule_of_thumb typical typically best_practice best_practices "
    "what_s_a what_is_an which_is_better is_better in_theory in_principle for_beginners stands_for stand_for definition "
    "define meaning_of what_does_it_mean syntax_for formula_for the_formula the_idea_behind intuition intuitively textbook "
    "refresher recommend_a recommend_me background_on history_of who_invented etymology short_answer rough_idea quick_question "
    "wikipedia in_plain_words layman simple_terms in_simple_words kurz_erklären en_général en_general over_het_algemeen",
    "howdo": "how_do how_can how_would how_to como_faço wie_kann wie_mache comment_faire",
    "we": "we our ours us wir uns unser unsere unserem unseren nous notre nos on_a vi vår våre ons onze nosotros nuestro "
    "nuestra noi nostro nostra nossa nosso",
    # It stands by itself.
    "self": "single_file one_file no_dependencies no_dependency no_packages no_framework no_other_tools nothing_else stdlib "
    "standard_library from_scratch standalone self_contained pure_python no_imports numpy_only only_numpy plain_javascript vanilla_js throwaway one_off just_the_code toy toy_example "
    "for_me for_myself my_daughter my_son my_kid my_wife my_husband my_father my_brother my_sister my_nephew my_flat my_home private my_own birthday a_friend my_cousin "
    "my_mother my_neighbour my_neighbor my_landlord landlord doesn_t_belong does_not_belong not_for_the not_for_our only_bash "
    "posix tmp",
    "proof": "proofread spelling grammar english translate übersetze summarise summarize shorten shorter rephrase reword "
    "polish sentence turn_this_into convert_this rewrite_this rewrite_as type_this center_this this_function this_loop "
    "this_regex this_code this_query this_snippet this_vector this_returns this_gives this_count correct_my_english "
    "correct_the_english traduis traduce korrigiere correct_this_text",
    "count": "how_many count just_list just_print just_tell grep list_files list_all_files",
    "gitop": "amend squash rebase cherry_pick stash git_log git_diff git_status git_add git_reset last_commit last_commits "
    "staged",
    "newhead": "^new ^feature ^add ^build ^create ^implement ^write ^make ^start ^set_up ^draft ^design ^please_write "
    "^please_build ^please_add ^please_make",
    "who": "who whom whose contact responsible wer wem quem qui quién chi hvem wie_is",
    "when": "when until till deadline date dates by_when how_long week today tomorrow tonight yesterday month friday monday "
    "spring summer autumn winter christmas january february march april june july august september october november december "
    "wann quand schedule plan dezember",
    "sym": "wrong broken break breaks broke error errors crash crashes crashed fail fails failed failing failure slow slower "
    "takes missing gone empty suddenly never garbage twice double red doesn_t does_not didn_t isn_t can_t cannot won_t "
    "no_sound stuck hang hangs loop loops lose loses lost weird ugly too_many too_few too_fast too_slow too_high too_low kaputt "
    "gives_me give_me get_no gets_no spike leak leaks leaking denied refused",
    "people": "customer customers client clients user users merchant merchants player players reader readers people someone "
    "somebody everyone colleague colleagues team boss legal finance support marketing partner she he they her him them guest "
    "guests patient patients student students member members tester testers auditor auditors journalist press",
    "all": "everything all collect whole checklist overview make_a_list list_what list_everything list_of what_do_we_have "
    "what_do_we_know know_about walk_me_through prepare plan roadmap road_map what_s_blocked what_s_missing what_s_needed "
    "what_s_open",
    "check": "review check_this check_it good_enough before_i_push before_i_merge before_i_send before_we_push "
    "before_we_merge clean_this clean_it the_way_we like_we our_style our_way our_rules look_ok looks_ok look_good looks_good "
    "look_right what_s_wrong my_own_rules",
}  # fmt: skip
_TABLE = {
    name: [
        f" {phrase.replace('_', ' ')} " if phrase[0] != "^" else f"\0 {phrase[1:].replace('_', ' ')} "
        for phrase in phrases.split()
    ]
    for name, phrases in _PHRASES.items()
}
TOOLS = word_set(
    "git github gitlab python pip java javascript typescript rust cargo golang kotlin swift ruby perl php bash zsh shell sed "
    "awk jq grep regex regexp sql postgres psql mysql sqlite redis mongodb kafka docker kubernetes kubectl helm terraform "
    "ansible aws gcp azure linux macos windows ubuntu debian nginx apache react vue angular svelte nextjs node npm pnpm yarn "
    "vite webpack css html sass tailwind flexbox xml json yaml toml csv markdown latex excel powerpoint photoshop figma blender "
    "godot unity unreal django flask fastapi rails spring dbt airflow spark pandas numpy pytorch tensorflow bigquery snowflake "
    "looker tableau graphql grpc tcp udp tls ssh dns oauth jwt utf unicode ascii vim emacs vscode xcode android ios fastlane "
    "gradle maven cmake gcc clang llvm opengl vulkan simd avx sse prometheus grafana loki opa rego istio envoy celery "
    "sqlalchemy pydantic mypy pytest jest astro hugo jekyll cpp haskell scala elixir erlang clojure matlab julia lua zig shader "
    "glsl ffmpeg imagemagick curl wget rsync tmux cron systemd lfs medusa stripe paypal shopify wordpress ansys autocad "
    "solidworks arduino matplotlib ggplot spss stata zotero indesign illustrator premiere davinci audacity ableton"
)  # fmt: skip
_SUFFIXES = word_set(
    "py rs ts tsx mjs js jsx md mdx css gd tres sql kt swift sh toml yml yaml json txt go java c h cpp rb tf csv"
)
_ASKED = (" does ", " is ", " are ", " what ", " how ", " when ", " can ", " in ")


def cues(text: str) -> dict[str, float]:
    """Return which turns of phrase a prompt's own words have, and how much of it they are."""
    said = [word.lower() for word, _ in words(text)]
    plain = f"\0 {' '.join(said)} "
    found = {name: float(any(phrase in plain for phrase in phrases)) for name, phrases in _TABLE.items()}
    tools = sum(word in TOOLS for word in said)
    asks = "?" in text or found["howdo"] or found["general"] or plain[1:].startswith(_ASKED)
    return {
        **found,
        "tool": float(min(tools, 2)),
        "toolq": float(bool(tools and asks and not found["we"])),
        "path": float(_has_file(text)),
        "ident": float("`" in text or _has_identifier(said, text)),
        "articles": sum(word in {"a", "an"} for word in said) / (len(said) + 3),
    }


def _has_file(text: str) -> bool:
    return any(
        "." in word and word.rstrip(".,:;?!)`'\"").rpartition(".")[2].lower() in _SUFFIXES and word[0] != "."
        for word in text.split()
    )


def _has_identifier(said: list[str], text: str) -> bool:
    return "()" in text or any("_" in word for word in said) or any(_is_camel(word) for word in text.split())


def _is_camel(word: str) -> bool:
    return any(here.islower() and after.isupper() for here, after in pairwise(word))
