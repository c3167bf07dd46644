"""Who plays in the stories, and where they talk: all of the sample organization, none of them real."""

from typing import Final

LI: Final = "lixiuying"  # residents of 枫桥苑
ZHANG: Final = "zhangwei"
WU: Final = "wuguilan"
SUN: Final = "sunxiaomei"
GUO: Final = "guoyong"
TIAN: Final = "tianli"
HE: Final = "hetao"  # residents of 明园小区
LUO: Final = "luomin"
DENG: Final = "denghua"

WANG: Final = "wangfang"  # grid worker of 枫桥苑
ZHAO: Final = "zhaolei"  # grid worker of 明园小区
QIANG: Final = "liqiang"  # staff
ZHOU: Final = "zhou"  # of the property company
MENG: Final = "meng"  # of the law enforcement squad
FENG: Final = "feng"  # of the heating company

FIRST_GRID: Final = "第一网格工作群"
SECOND_GRID: Final = "第二网格工作群"
DESK: Final = "晨光社区工作群"
PROPERTY: Final = "物业工作群"
ENFORCEMENT: Final = "执法工作群"
HEATING: Final = "供热工作群"
FENGQIAO: Final = "枫桥苑居民群"
MINGYUAN: Final = "明园小区居民群"
