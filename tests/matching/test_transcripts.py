"""Messages that were copied or exported from a chat."""

import pytest

from factcheck.matching.text.normalise import normalise

CLAIM = "監理站通知：七十歲以上的駕駛一律要重考駕照，不考就吊銷"
OTHER = "明天早上九點到派出所登記，逾期不候"
SIMPLE = normalise(CLAIM)
EXPORTS = [
    "[LINE] 與阿姨的聊天記錄\n儲存日期：2026/03/01 21:40\n\n2026/03/01（日）\n21:38\t阿姨\t{}",
    "[LINE] Chat history with Mary\nSaved on: 2026/03/01 21:40\n\nSun, 3/1/2026\n21:38\tMary\t{}",
    "[LINE] Maryとのトーク履歴\n保存日時：2026/03/01 21:40\n\n2026/03/01(日)\n21:38\tMary\t{}",
    "[LINE] ประวัติการแชทกับ Mary\nบันทึกเมื่อ: 2026/03/01 21:40\n\nอา. 01/03/2026\n21:38\tMary\t{}",
    "[LINE] 與阿姨的聊天記錄\r\n儲存日期：2026/03/01 21:40\r\n\r\n2026/03/01（日）\r\n下午09:38\t阿姨\t{}",
    "2026.03.01 星期日\n21:38 阿姨 {}",
    "21:38\t阿姨\t{}",
    "[12/03/2026, 21:38:05] Mary: {}",
    "[2026/3/12 下午9:38:05] Mary: {}",
    "12/3/26, 9:38 PM - Mary: {}",
    "12/3/26, 9:38 PM - Messages are end-to-end encrypted.\n12/3/26, 9:38 PM - Mary: {}",
    "Mary Lin, [12.03.2026 21:38]\n{}",
    "Mary, [Mar 1, 2026 at 9:38:05 PM]:\n{}",
    "Mary 2026/3/1 21:38\n{}",
    "阿姨 2026-03-01 21:40:05\n{}",
]
NOTICES = [
    "[LINE] 官方公告\n明天起 21:38 開始維修",
    "大安森林公園 2026/3/1 19:00\n免費音樂會",
    "2026/3/1 19:00 停水通知\n請先儲水",
    "2026/03/01（日）\n全台停電演習，請配合",
    "停水時間 21:38\n請先儲水",
    "12:30 集合：捷運站三號出口",
    "2026/03/01(日)\n19:00 集合 捷運站\n20:30 晚餐 餐廳",
    "09:00\t報到\t大廳\n09:30\t開場\t禮堂",
    "注意: 2026/3/1 21:38\n到期",
]


@pytest.mark.parametrize("export", EXPORTS)
def test_a_message_from_a_chat_is_the_message(export: str) -> None:
    assert normalise(export.format(CLAIM)) == SIMPLE


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_with_times_is_none(notice: str) -> None:
    assert normalise(notice).replace(" ", "") == "".join(normalise(line) for line in notice.split("\n")).replace(
        " ", ""
    )


@pytest.mark.parametrize(
    "line",
    ["21:{}\t{}\t{}", "[12/03/2026, 21:{}:05] {}: {}", "12/3/26, 9:{} PM - {}: {}", "{1} 2026/3/1 21:{0}\n{2}"],
)
def test_of_several_messages_the_texts_stay(line: str) -> None:
    texts = [line.format("31", "阿姨", CLAIM), line.format("35", "Mary", OTHER), line.format("40", "阿姨", "[貼圖]")]
    assert normalise("\n".join(texts)).removesuffix(" [贴图]") == f"{SIMPLE} {normalise(OTHER)}"


def test_lines_of_one_message_stay_together() -> None:
    export = (
        f'[LINE] Chat\nSaved on: 2026/03/01 21:40\n2026/03/01(日)\n21:38\tMary\t"{CLAIM}\n{OTHER}"\n21:39\tA\t[Photo]'
    )
    assert normalise(export).strip('"').replace('"', "") == f"{SIMPLE} {normalise(OTHER)}"
