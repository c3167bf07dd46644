"""What residents say of decision items: those they watch over, those they own, and those they may read."""

from handlers.decisions import answers
from handlers.resident.router import router
from nlp.consultation import TableAction

router.on(TableAction.DECISION_LIST)(answers.show_list)
router.on(TableAction.DECISION_SHOW)(answers.show)
router.on(TableAction.DECISION_PROGRESS)(answers.report_progress)
router.on(TableAction.DECISION_DONE)(answers.report_done)
router.on(TableAction.DECISION_EXTEND)(answers.extend)
router.on(TableAction.DECISION_WATCHER)(answers.watcher)
router.on(TableAction.WATCH)(answers.watch)
router.on(TableAction.BOARD)(answers.show_board)
