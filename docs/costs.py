"""Prints what distilling 1,000 sessions costs by published prices, as the table of docs/guides/distilling.md."""

from importlib.metadata import version

from miminions.model import price

MODELS = (
    "openai/gpt-5-nano",
    "gemini/gemini-2.5-flash-lite",
    "openai/gpt-4o-mini",
    "deepseek/deepseek-chat",
    "openai/gpt-5-mini",
    "anthropic/claude-haiku-4-5",
    "ollama_chat/llama3.1",
)
# Tokens in and out of a session of an hour, and of a day's work with much tool output.
SIZES = ((9_000, 900), (60_000, 1_500))
CAP = 0.25


def main() -> None:
    """Print the table."""
    print(f"Prices of litellm {version('litellm')}, US dollars for 1,000 sessions.\n")
    heads = [f"{into:,} in, {out:,} out" for into, out in SIZES]
    print(f"| model | {' | '.join(heads)} | of the first for {CAP} USD |")
    print("| --- |" + " ---: |" * (len(SIZES) + 1))
    for name in MODELS:
        known = price(name)
        if known is None:
            continue
        usd = [
            (into * known.usd_in_per_million + out * known.usd_out_per_million) / 1e3 for into, out in SIZES
        ]
        count = f"{int(CAP / usd[0] * 1000):,}" if usd[0] else "all"
        print(f"| `{name}` | {' | '.join(f'{one:.2f}' for one in usd)} | {count} |")


if __name__ == "__main__":
    main()
