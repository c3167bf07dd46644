"""What workers and staff read of the three rates: shares, their sample sizes, and how they are counted."""

from handlers.cases.rates import Period, Rate, ThreeRates
from handlers.working_days import local
from storage.case_counts import Flow, OpenCounts

DEFINITIONS = (
    "响应率=按时首次响应/该响应的；解决率=评价为已解决的/有评价的；满意率=满意和基本满意/有评价的；"
    "没人评价的不算满意，单列。"
)
NOBODY = {"response": "暂无应响应的诉求", "judged": "暂无评价", "ended": "暂无销号"}


def figures(rates: ThreeRates, period: Period, *, of: str, flow: Flow, open_now: OpenCounts) -> str:
    """The week, or another period: what came in, was settled and closed, what is open now, and the rates."""
    head, *more = three_rates(rates, period, of=of).split("\n")
    moved = f"新登记 {flow.opened} 件，办结 {flow.resolved} 件，结案 {flow.closed} 件"
    standing = f"现在未办 {open_now.open} 件，其中超期 {open_now.late} 件，今天到期 {open_now.due} 件"
    return "\n".join([head, moved, standing, *more])


def three_rates(rates: ThreeRates, period: Period, *, of: str) -> str:
    """The rates of one unit; what nobody judged is told so and is never 100 %."""
    first, last = local(period.start), local(period.end)
    return "\n".join(
        [
            f"{of} {period.label}（{first.month}月{first.day}日至{last.month}月{last.day}日）",
            f"响应率 {rate_text(rates.response, NOBODY['response'])}",
            f"解决率 {rate_text(rates.solution, NOBODY['judged'])}",
            f"满意率 {rate_text(rates.satisfaction, NOBODY['judged'])}",
            f"未评价 {rate_text(rates.unjudged, NOBODY['ended'])}",
            DEFINITIONS,
        ]
    )


def rate_text(rate: Rate, nothing: str) -> str:
    """A share with its sample, never rounded up: 66.6%（2/3）."""
    if rate.share is None:
        return nothing
    thousandths = rate.share * 1000 // 1
    whole, tenth = divmod(thousandths, 10)
    return f"{whole}{f'.{tenth}' if tenth else ''}%（{rate.hits}/{rate.of}）"
