"""Every door and every kind of person, in one table that knows all routes; and those who walk along it.

`HERE` is for 四(1), its English and its grade 4: own things of some, a colleague's of others. `BESIDE` is for 四(2),
which the homeroom teacher only teaches, `FAR` for 一(1) in grade 1. What another school holds needs no table: see
tests/test_other_school.py.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

from flask import Flask

from portal.access import PUBLIC, access_mark
from portal.accounts.models import Person
from portal.extensions import db
from portal.policy.permissions import Role
from tests.deputies.lending import grant_of, lent
from tests.factories import TODAY, World, assign, know_everybodys_rights, make_person
from tests.page import Browser
from tests.places import Values, address, everybody

PEOPLE = (
    *("visitor", "teacher", "homeroom", "lead", "office", "principal", "administrator"),
    *("for homeroom", "for lead", "for office"),  # who only stand in for a colleague
    *("stopped", "one-time"),  # who have every role, and were stopped after signing in; who have a password to change
    "elsewhere",  # who has every role in another school
)
# A POST is sent with a valid token and otherwise as empty as it gets: 422 and 409 mean that the person may, and the
# form or a rule says no. 401 and 303 lead to signing in, or to the page of one's own password.
HERE = """
#vis tea hom lea off pri adm f-h f-l f-o sto one els
302 302 302 302 302 302 302 302 302 302 302 302 302 GET  /
303 200 200 200 200 200 200 200 200 200 303 303 200 GET  /home
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /htmx.min.js
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /static/<path:filename>
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /healthz
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /readyz
404 404 404 404 404 404 404 404 404 404 404 404 404 GET  /metrics
303 403 403 403 200 403 200 403 403 200 303 303 200 GET  /backups
200 302 302 302 302 302 302 302 302 302 200 302 302 GET  /sign-in
303 303 303 303 303 303 303 303 303 303 303 303 303 GET  /sign-in/provider
404 404 404 404 404 404 404 404 404 404 404 404 404 GET  /sign-in/provider/back
303 200 200 200 200 200 200 200 200 200 303 200 200 GET  /account
401 422 422 422 422 422 422 422 422 422 401 422 422 POST /account
401 303 303 303 303 303 303 303 303 303 401 303 303 POST /account/sessions
303 200 200 200 200 200 200 200 200 200 303 303 200 GET  /account/data
303 200 200 200 200 200 200 200 200 200 303 303 200 GET  /account/data.json
303 200 200 200 200 200 200 200 200 200 303 303 200 GET  /account/data.xlsx
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /privacy
303 403 403 403 403 200 200 403 403 403 303 303 200 GET  /people
303 403 403 403 403 403 200 403 403 403 303 303 200 GET  /people/new
401 403 403 403 403 403 422 403 403 403 401 303 422 POST /people/new
401 403 403 403 403 403 422 403 403 403 401 303 422 POST /people/passwords
303 403 403 403 403 403 200 403 403 403 303 303 404 GET  /people/<int:person_id>
401 403 403 403 403 403 422 403 403 403 401 303 404 POST /people/<int:person_id>
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /people/<int:person_id>/stop
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /people/<int:person_id>/resume
401 403 403 403 403 403 422 403 403 403 401 303 404 POST /people/<int:person_id>/roles
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /people/<int:person_id>/roles/<int:grant_id>/take
401 403 403 403 403 403 422 403 403 403 401 303 404 POST /people/<int:person_id>/teaching
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /people/<int:person_id>/teaching/<int:assignment_id>/end
303 403 403 403 403 403 200 403 403 403 303 303 404 GET  /people/<int:person_id>/data
401 403 403 403 403 403 400 403 403 403 401 303 404 POST /people/<int:person_id>/data
303 403 403 403 403 403 200 403 403 403 303 303 404 GET  /people/<int:person_id>/erase
401 403 403 403 403 403 422 403 403 403 401 303 404 POST /people/<int:person_id>/erase
303 302 302 302 302 302 302 302 302 302 303 303 302 GET  /school/calendar
303 200 200 200 200 200 200 200 200 200 303 303 200 GET  /school/calendar/<month:month>
401 403 403 403 422 403 403 403 403 422 401 303 422 POST /school/calendar/<month:month>/days
401 403 403 403 422 403 403 403 403 422 401 303 422 POST /school/calendar/<month:month>/terms
401 403 403 403 409 403 403 403 403 409 401 303 404 POST /school/calendar/<month:month>/terms/<int:term_id>/remove
303 403 403 403 200 403 403 403 403 200 303 303 200 GET  /school/settings
401 403 403 403 422 403 403 403 403 422 401 303 422 POST /school/settings
303 403 200 200 200 403 200 200 200 200 303 303 200 GET  /deputies/
401 403 422 422 422 403 422 422 422 422 401 303 422 POST /deputies/
401 403 303 404 303 403 303 404 404 303 401 303 404 POST /deputies/<int:loan_id>/end
303 403 403 403 403 403 200 403 403 403 303 303 200 GET  /roster/classes
401 403 403 403 403 403 422 403 403 403 401 303 422 POST /roster/classes
401 403 403 403 403 403 422 403 403 403 401 303 404 POST /roster/classes/<int:class_id>
303 403 403 403 403 403 200 403 403 403 303 303 404 GET  /roster/classes/<int:class_id>/close
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /roster/classes/<int:class_id>/close
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /roster/classes/<int:class_id>/open
401 403 403 403 403 403 422 403 403 403 401 303 422 POST /roster/subjects
401 403 403 403 403 403 422 403 403 403 401 303 404 POST /roster/subjects/<int:subject_id>
303 403 403 403 403 403 200 403 403 403 303 303 404 GET  /roster/subjects/<int:subject_id>/close
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /roster/subjects/<int:subject_id>/close
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /roster/subjects/<int:subject_id>/open
303 403 403 403 403 403 200 403 403 403 303 303 200 GET  /roster/year
401 403 403 403 403 403 200 403 403 403 401 303 200 POST /roster/year
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /roster/year/<int:rollover_id>/undo
303 403 403 403 403 403 200 403 403 403 303 303 200 GET  /roster/import
401 403 403 403 403 403 422 403 403 403 401 303 422 POST /roster/import
303 403 403 403 403 403 200 403 403 403 303 303 404 GET  /roster/import/<int:import_id>
401 403 403 403 403 403 422 403 403 403 401 303 404 POST /roster/import/<int:import_id>
303 403 403 403 403 403 200 403 403 403 303 303 404 GET  /roster/import/<int:import_id>/undo
401 403 403 403 403 403 303 403 403 403 401 303 404 POST /roster/import/<int:import_id>/undo
303 403 403 403 403 403 200 403 403 403 303 303 200 GET  /roster/import/template.xlsx
303 403 403 403 403 403 200 403 403 403 303 303 200 GET  /roster/import/template-<kind>.csv
303 403 403 403 403 403 200 403 403 403 303 303 200 GET  /roster/export.xlsx
303 403 403 403 403 403 200 403 403 403 303 303 200 GET  /roster/export-<kind>.csv
302 302 302 302 302 302 302 302 302 302 302 302 302 GET  /setup
409 409 409 409 409 409 409 409 409 409 409 409 409 POST /setup
303 403 403 403 200 403 200 403 403 200 303 303 200 GET  /setup/next
401 403 403 403 303 403 303 403 403 303 401 303 303 POST /setup/next
303 403 403 403 200 200 403 403 403 200 303 303 200 GET  /service/timetable
401 403 403 403 400 403 403 403 403 400 401 303 400 POST /service/timetable
303 403 403 403 200 200 403 403 403 200 303 303 200 GET  /service/content
401 403 403 403 400 403 403 403 403 400 401 303 400 POST /service/content
303 302 302 302 403 403 403 403 403 403 303 303 302 GET  /homework/
303 200 403 403 403 403 403 403 403 403 303 303 404 GET  /homework/<int:class_id>/<int:subject_id>/<day:day>
401 400 403 403 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>
401 200 403 403 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/draft
401 200 403 403 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/load
401 409 403 403 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/withdraw
401 409 403 403 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/take
303 200 200 200 200 200 403 403 200 200 303 303 200 GET  /homework/common/<int:grade>/<day:day>
303 200 403 200 403 403 403 403 200 403 303 303 404 GET  /homework/common/<int:grade>/<int:subject_id>/<day:day>
401 400 403 400 403 403 403 403 400 403 401 303 404 POST /homework/common/<int:grade>/<int:subject_id>/<day:day>
303 200 200 200 200 200 404 200 200 200 303 303 404 GET  /classes/<int:class_id>/<day:day>
401 403 409 403 403 403 404 409 403 403 401 303 404 POST /classes/<int:class_id>/<day:day>/coordinate
401 403 403 409 409 403 404 403 409 409 401 303 404 POST /classes/<int:class_id>/<day:day>/approve
401 403 409 409 409 403 404 409 409 409 401 303 404 POST /classes/<int:class_id>/<day:day>/return
401 403 409 409 403 403 404 409 409 403 401 303 404 POST /classes/<int:class_id>/<day:day>/ask
303 200 200 200 200 200 404 200 200 200 303 303 404 GET  /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>
401 403 409 403 409 403 404 409 403 409 401 303 404 POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/return
401 403 409 403 403 403 404 409 403 403 401 303 404 POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/items/<int:item_id>/ask
401 403 403 422 422 403 404 403 422 422 401 303 404 POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/items/<int:item_id>/minutes
303 200 200 200 200 200 404 200 200 200 303 303 404 GET  /requests/<int:request_id>
401 303 403 403 403 403 404 403 403 403 401 303 404 POST /requests/<int:request_id>/accept
401 409 403 403 403 403 404 403 403 403 401 303 404 POST /requests/<int:request_id>/answer
401 403 303 403 403 403 404 303 403 403 401 303 404 POST /requests/<int:request_id>/take-back
303 403 403 200 200 200 403 403 200 200 303 303 200 GET  /grades/<int:grade>/<day:day>
303 403 403 303 303 303 403 403 303 303 303 303 404 GET  /grades/<int:grade>/<day:day>/classes/<int:class_id>/subjects/<int:subject_id>
401 403 403 303 303 403 403 403 303 303 401 303 303 POST /grades/<int:grade>/<day:day>/approve
303 403 403 403 200 200 403 403 403 200 303 303 200 GET  /office/
303 403 403 403 200 200 403 403 403 200 303 303 200 GET  /office/approved
401 403 403 403 422 403 403 403 403 422 401 303 422 POST /office/approved
303 403 403 403 302 302 403 403 403 302 303 303 302 GET  /office/sample
401 403 403 403 400 403 403 403 403 400 401 303 400 POST /office/sample
303 403 403 403 200 200 403 403 403 200 303 303 200 GET  /office/log
303 403 403 403 200 200 403 403 403 200 303 303 200 GET  /office/log.csv
303 403 403 403 200 200 403 403 403 200 303 303 200 GET  /office/links
401 403 403 403 409 403 403 403 403 409 401 303 409 POST /office/links
303 403 403 403 200 403 403 403 403 200 303 303 200 GET  /office/links/new
303 403 403 403 200 403 403 403 403 200 303 303 404 GET  /office/exceptions/<int:class_id>/<day:day>
401 403 403 403 400 403 403 403 403 400 401 303 404 POST /office/exceptions/<int:class_id>/<day:day>
401 403 403 403 400 403 403 403 403 400 401 303 400 POST /office/reviews
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /help/
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /help/<guide>
302 302 302 302 302 302 302 302 302 302 302 302 302 GET  /board/
302 302 302 302 302 302 302 302 302 302 302 302 302 GET  /c/<code>
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/schools/<school_code>/
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/children
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/children/<day:day>
302 302 302 302 302 302 302 302 302 302 302 302 302 GET  /board/<code>/month
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/<code>/month/<month:month>
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/<code>/
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/<code>/<day:day>
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/<code>/wall
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/schools/<school_code>/wall
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/<code>/calendar.ics
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/<code>/feed.atom
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/<code>/today.json
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/<code>/<day:day>.json
303 200 200 200 200 200 404 200 200 200 303 303 404 GET  /board/<code>/<day:day>/versions/<int:number>
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/<code>/week
302 302 302 302 302 302 302 302 302 302 302 302 302 GET  /board/<code>/week/<day:day>
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/<code>/poster
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/schools/<school_code>/totals
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/schools/<school_code>/totals/<day:day>
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/schools/<school_code>/lists
200 200 200 200 200 200 200 200 200 200 200 200 200 GET  /board/schools/<school_code>/lists/<day:day>
422 422 422 422 422 422 422 422 422 422 422 422 422 POST /sign-in
401 303 303 303 303 303 303 303 303 303 401 200 303 POST /sign-in/go-on
404 404 404 404 404 404 404 404 404 404 404 404 404 POST /sign-in/provider
401 303 303 303 303 303 303 303 303 303 401 303 303 POST /sign-out
"""  # noqa: E501
BESIDE = """
#vis tea hom lea off pri adm f-h f-l f-o sto one els
401 403 403 403 403 403 422 403 403 403 401 303 404 POST /roster/classes/<int:class_id>
303 403 403 403 403 403 200 403 403 403 303 303 404 GET  /roster/classes/<int:class_id>/close
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /roster/classes/<int:class_id>/close
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /roster/classes/<int:class_id>/open
303 404 200 403 403 403 403 403 403 403 303 303 404 GET  /homework/<int:class_id>/<int:subject_id>/<day:day>
401 404 400 403 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>
401 404 200 403 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/draft
401 404 200 403 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/load
401 404 409 403 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/withdraw
401 404 409 403 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/take
303 404 200 200 200 200 404 404 200 200 303 303 404 GET  /classes/<int:class_id>/<day:day>
401 404 403 403 403 403 404 404 403 403 401 303 404 POST /classes/<int:class_id>/<day:day>/coordinate
401 404 403 409 409 403 404 404 409 409 401 303 404 POST /classes/<int:class_id>/<day:day>/approve
401 404 403 409 409 403 404 404 409 409 401 303 404 POST /classes/<int:class_id>/<day:day>/return
401 404 403 409 403 403 404 404 409 403 401 303 404 POST /classes/<int:class_id>/<day:day>/ask
303 404 200 200 200 200 404 404 200 200 303 303 404 GET  /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>
401 404 403 403 409 403 404 404 403 409 401 303 404 POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/return
401 404 403 403 403 403 404 404 403 403 401 303 404 POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/items/<int:item_id>/ask
401 404 403 422 422 403 404 404 422 422 401 303 404 POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/items/<int:item_id>/minutes
303 404 200 200 200 200 404 404 200 200 303 303 404 GET  /requests/<int:request_id>
401 404 303 403 403 403 404 404 403 403 401 303 404 POST /requests/<int:request_id>/accept
401 404 409 403 403 403 404 404 403 403 401 303 404 POST /requests/<int:request_id>/answer
401 404 403 403 403 403 404 404 403 403 401 303 404 POST /requests/<int:request_id>/take-back
303 403 403 303 303 303 403 403 303 303 303 303 404 GET  /grades/<int:grade>/<day:day>/classes/<int:class_id>/subjects/<int:subject_id>
303 403 403 403 200 403 403 403 403 200 303 303 404 GET  /office/exceptions/<int:class_id>/<day:day>
401 403 403 403 400 403 403 403 403 400 401 303 404 POST /office/exceptions/<int:class_id>/<day:day>
303 404 200 200 200 200 404 404 200 200 303 303 404 GET  /board/<code>/<day:day>/versions/<int:number>
"""  # noqa: E501
FAR = """
#vis tea hom lea off pri adm f-h f-l f-o sto one els
401 403 403 403 403 403 422 403 403 403 401 303 404 POST /roster/classes/<int:class_id>
303 403 403 403 403 403 200 403 403 403 303 303 404 GET  /roster/classes/<int:class_id>/close
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /roster/classes/<int:class_id>/close
401 403 403 403 403 403 409 403 403 403 401 303 404 POST /roster/classes/<int:class_id>/open
303 404 404 404 403 403 403 403 403 403 303 303 404 GET  /homework/<int:class_id>/<int:subject_id>/<day:day>
401 404 404 404 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>
401 404 404 404 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/draft
401 404 404 404 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/load
401 404 404 404 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/withdraw
401 404 404 404 403 403 403 403 403 403 401 303 404 POST /homework/<int:class_id>/<int:subject_id>/<day:day>/take
303 403 403 403 200 200 403 403 403 200 303 303 404 GET  /homework/common/<int:grade>/<day:day>
303 403 403 403 403 403 403 403 403 403 303 303 404 GET  /homework/common/<int:grade>/<int:subject_id>/<day:day>
401 403 403 403 403 403 403 403 403 403 401 303 404 POST /homework/common/<int:grade>/<int:subject_id>/<day:day>
303 404 404 404 200 200 404 404 404 200 303 303 404 GET  /classes/<int:class_id>/<day:day>
401 404 404 404 403 403 404 404 404 403 401 303 404 POST /classes/<int:class_id>/<day:day>/coordinate
401 404 404 404 409 403 404 404 404 409 401 303 404 POST /classes/<int:class_id>/<day:day>/approve
401 404 404 404 409 403 404 404 404 409 401 303 404 POST /classes/<int:class_id>/<day:day>/return
401 404 404 404 403 403 404 404 404 403 401 303 404 POST /classes/<int:class_id>/<day:day>/ask
303 404 404 404 200 200 404 404 404 200 303 303 404 GET  /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>
401 404 404 404 409 403 404 404 404 409 401 303 404 POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/return
401 404 404 404 403 403 404 404 404 403 401 303 404 POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/items/<int:item_id>/ask
401 404 404 404 422 403 404 404 404 422 401 303 404 POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/items/<int:item_id>/minutes
303 404 404 404 200 200 404 404 404 200 303 303 404 GET  /requests/<int:request_id>
401 404 404 404 403 403 404 404 404 403 401 303 404 POST /requests/<int:request_id>/accept
401 404 404 404 403 403 404 404 404 403 401 303 404 POST /requests/<int:request_id>/answer
401 404 404 404 403 403 404 404 404 403 401 303 404 POST /requests/<int:request_id>/take-back
303 403 403 403 200 200 403 403 403 200 303 303 404 GET  /grades/<int:grade>/<day:day>
303 403 403 404 303 303 403 403 404 303 303 303 404 GET  /grades/<int:grade>/<day:day>/classes/<int:class_id>/subjects/<int:subject_id>
401 403 403 403 303 403 403 403 403 303 401 303 404 POST /grades/<int:grade>/<day:day>/approve
303 403 403 403 200 403 403 403 403 200 303 303 404 GET  /office/exceptions/<int:class_id>/<day:day>
401 403 403 403 400 403 403 403 403 400 401 303 404 POST /office/exceptions/<int:class_id>/<day:day>
303 404 404 404 200 200 404 404 404 200 303 303 404 GET  /board/<code>/<day:day>/versions/<int:number>
"""  # noqa: E501
Row = tuple[str, str, list[str]]


def rows_of(table: str) -> list[Row]:
    """(method, rule, statuses in the order of PEOPLE) of each row."""
    lines = [line.split() for line in table.strip().splitlines() if not line.startswith("#")]
    return [(method, rule, statuses) for *statuses, method, rule in lines]


TABLES = {"far": rows_of(FAR), "beside": rows_of(BESIDE), "here": rows_of(HERE)}  # here one signs out
ROWS = TABLES["here"]
BY_PEOPLE = {
    kind: {(place, method, rule): statuses[n] for place, rows in TABLES.items() for method, rule, statuses in rows}
    for n, kind in enumerate(PEOPLE)
}
OF_A_CLASS = frozenset({"class_id", "item_id", "request_id", "number"})  # rules with one of them are in BESIDE
DAYS = [TODAY + timedelta(days=days) for days in (0, -1, 1, 2, 3, 6)]  # where a sheet of 四(1) stands differently
OF_A_GRADE = OF_A_CLASS | {"grade"}  # and with one of these in FAR


def is_public(app: Flask, rule: str) -> bool:
    """Whether anybody may open it."""
    return all(access_mark(app, each.endpoint) == PUBLIC for each in app.url_map.iter_rules() if each.rule == rule)


def cast(world: World) -> dict[str, Person | None]:
    """Who opens doors, by kind."""
    deputies = [make_person(world.school, f"deputy{n}", f"代理{n}") for n in range(3)]
    stopped, fresh = (make_person(world.school, login, name) for login, name in (("gone", "冯走"), ("new", "冯新")))
    for each in (stopped, fresh):
        everybody(world.school, each, world.four_one)
        assign(each, world.four_one, world.english)
    db.session.commit()
    know_everybodys_rights(world.school, world.other_school)
    for person, role, deputy in zip(
        (world.chen, world.shen, world.zheng), (Role.HOMEROOM, Role.LEAD, Role.OFFICE), deputies, strict=True
    ):
        lent(world, grant_of(person, role), deputy)
    own = (world.luo, world.chen, world.shen, world.zheng, world.cheng, world.admin)
    return dict(zip(PEOPLE, (None, *own, *deputies, stopped, fresh, world.zhou), strict=True))


def browser_of(app: Flask, person: Person | None, kind: str) -> Browser:
    """A browser of this person, as they are when they come to the doors."""
    browser = Browser(app)
    if person:
        browser.sign_in(person)
        person.active, person.one_time_last = kind != "stopped", TODAY if kind == "one-time" else None
        db.session.commit()
    return browser


@dataclass(frozen=True)
class Answer:
    """What came back from a door; `text` is all of it, of a workbook all its parts."""

    place: str
    method: str
    rule: str
    status: int
    text: str


def walk(browser: Browser, places: dict[str, Values], tables: dict[str, Iterable[Row]] = TABLES) -> Iterator[Answer]:
    """Try every door of these tables."""
    token = token_of(browser)
    for place, rows in tables.items():
        for method, rule, _ in rows:
            yield try_door(browser, place, method, rule, address(places[place], rule), token)


def pages_of(app: Flask, kind: str, places: dict[str, Values]) -> list[str]:
    """The addresses of what this kind of person may read and not everybody; of 四(1) for all its days."""
    found = []
    for (place, method, rule), status in BY_PEOPLE[kind].items():
        if method == "GET" and status in ("200", "302") and not is_public(app, rule):
            days = DAYS if place == "here" and "<int:class_id>" in rule else DAYS[:1]
            found += [address(places[place] | {"day": day}, rule) for day in days]
    return found


def token_of(browser: Browser) -> str:
    """A token for the forms of this session, whatever may be opened with it."""
    page = browser.get("/account")
    return (page if page.status == 200 else browser.get("/sign-in")).value("csrf_token")


def try_door(browser: Browser, place: str, method: str, rule: str, where: str, token: str = "") -> Answer:
    page = browser.get(where) if method == "GET" else browser.post(where, {"csrf_token": token, "do": "clean"})
    with page.response as response:  # closes the files among them
        return Answer(place, method, rule, response.status_code, page.html or whole(response.get_data()))


def whole(data: bytes) -> str:
    """A file's text; a workbook's parts one after the other."""
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())
