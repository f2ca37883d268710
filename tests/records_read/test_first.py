from tests.records_read.world import build, grant, right, role, NOW
from engine.records.read import page, count, get, group, search, history, comments
from engine.records.queries import *
from decimal import Decimal
from datetime import date

SALES = role("sales", grant("customer","read","own","pool"), grant("contract","read","own"), grant("contract","update","own"), fields=(right("contract.margin",hide=True), right("customer.phone",mask=True,mask_scopes=("pool",)), right("contract_line.cost",hide=True)))
BOSS = role("boss", grant("customer","read","own_and_reports"), grant("contract","read","dept_tree"))

def test_all(database):
    w = build(database, SALES, BOSS)
    c=[w.insert("customer", name=f"华为技术{i}", phone="13812345678", level="abc"[i%3], credit=Decimal(i), owner=[w.people["amy"],w.people["eve"],None][i%3], next_at=None if i%4==0 else NOW) for i in range(12)]
    for i in range(10):
        k=w.insert("contract", number=f"HT-{i}", customer=c[i], amount=Decimal("100.50")*i, margin=Decimal("0.2"), sign_date=date(2026,1+i%3,5), status="draft", owner=w.people["amy" if i%2 else "eve"], dept=1)
        w.insert("contract_line", parent_id=k, parent_field=w.app.entities["contract"].fields["lines"].lineage, position=1, qty=3, cost=Decimal(5))
    with w.session("amy") as s:
        p=page(s, Query("customer", (("name",),("phone",),("owner",),("level",)), sort=(Sort(("next_at",),True),), limit=3))
        print(p.columns)
        while True:
            for r in p.rows: print(r)
            if not p.after: break
            p=page(s, Query("customer", (("name",),("phone",),("owner",),("level",)), sort=(Sort(("next_at",),True),), limit=3, after=p.after))
        print(count(s, Query("customer",())), count(s,Query("customer",(),search="华为")), count(s,Query("customer",(),search="为技 华"),cap=5))
        p=page(s, Query("contract", (("number",),("customer",),("customer","level"),("amount",)), sort=(Sort(("customer",)),)))
        for r in p.rows: print(r)
        print(get(s,"contract",2))
        print(search(s,"1381"), search(s,"HT"))
        print(group(s,GroupQuery("contract",(Grouping("m",("sign_date",),"month"),Grouping("c",("customer",))),(Measure("n","count"),))))
        print(history(s,"contract",2), comments(s,"contract",2))
